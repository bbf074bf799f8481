import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

/// What the queue should hold, in plain dictionaries.
private struct QueueModel {
    enum State { case visible, delayed(until: UInt64), leased(until: UInt64, Message<Store>) }
    var messages: [String: State] = [:]
    var deliveries: [String: Int] = [:]

    mutating func settleTime(_ now: UInt64) {
        for (body, state) in messages {
            switch state {
            case .delayed(let until) where until <= now, .leased(let until, _) where until <= now:
                messages[body] = .visible
            default: continue
            }
        }
    }

    var visible: Set<String> { Set(messages.filter { if case .visible = $0.value { true } else { false } }.keys) }
}

@Suite("Random operations against a plain model")
struct StoreModelTests {
    @Test(
        "sends, delays, receives, acknowledgements, releases, extensions, restarts and kills of memory agree with the model",
        arguments: 1...6)
    func agree(seed: UInt64) async throws {
        let store = TemporaryStore()
        var generator = SeededGenerator(seed: seed)
        var model = QueueModel()
        var number = 0
        for round in 0..<4 {
            let broker = try await EmbeddedBroker.open(at: store.folder.path, options: store.options)
            let queue = try await broker.createQueue("q")
            for _ in 0..<60 {
                try await step(queue, store.time, &generator, &model, &number)
            }
            // Once all time is over, everything that was not acknowledged is there.
            store.time.advance(milliseconds: 200_000)
            model.settleTime(store.time.now.milliseconds)
            let figures = try await settled(queue)
            #expect(Int(figures.waiting) == model.messages.count, "seed \(seed), round \(round)")
            await broker.close()
            #expect(try Store.verify(folder: store.folder.path).problems == [], "seed \(seed), round \(round)")
            for (body, state) in model.messages { if case .leased = state { model.messages[body] = .visible } }
        }
    }

    /// Waits until the store's own thread has made due what is due.
    private func settled(_ queue: Queue<Store>) async throws -> QueueFigures {
        var figures = try await queue.figures()
        while figures.delayed > 0 {
            await Task.yield()
            figures = try await queue.figures()
        }
        return figures
    }

    private func step(
        _ queue: Queue<Store>, _ time: ManualTimeSource, _ generator: inout SeededGenerator, _ model: inout QueueModel,
        _ number: inout Int
    ) async throws {
        let now = time.now.milliseconds
        switch generator.next() % 8 {
        case 0, 1:
            for _ in 0..<(1 + generator.next() % 20) {
                number += 1
                try await queue.send(Bytes("m\(number)"))
                model.messages["m\(number)"] = .visible
            }
        case 2:
            number += 1
            let delay = 1 + generator.next() % 5_000
            try await queue.send(Bytes("m\(number)"), delayMillis: delay)
            model.messages["m\(number)"] = .delayed(until: now + delay)
        case 3:
            time.advance(milliseconds: 1 + generator.next() % 3_000)
        case 4, 5:
            try await receive(queue, time, &generator, &model)
        default:
            try await settleOne(time, &generator, &model)
        }
        model.settleTime(time.now.milliseconds)
    }

    private func receive(
        _ queue: Queue<Store>, _ time: ManualTimeSource, _ generator: inout SeededGenerator, _ model: inout QueueModel
    ) async throws {
        let visibility = 1_000 + generator.next() % 20_000
        for message in try await queue.receive(max: Int(1 + generator.next() % 32), visibilityMillis: visibility) {
            let body = message.body.text ?? ""
            #expect(model.visible.contains(body), "\(body) was not visible")
            model.deliveries[body, default: 0] += 1
            #expect(message.deliveryCount == model.deliveries[body])
            model.messages[body] = .leased(until: time.now.milliseconds + visibility, message)
        }
    }

    private func settleOne(
        _ time: ManualTimeSource, _ generator: inout SeededGenerator, _ model: inout QueueModel
    ) async throws {
        let leased = model.messages.sorted { $0.key < $1.key }.compactMap { entry -> (String, Message<Store>)? in
            if case .leased(_, let message) = entry.value { (entry.key, message) } else { nil }
        }
        guard !leased.isEmpty else { return }
        let (body, message) = leased[Int(generator.next() % UInt64(leased.count))]
        switch generator.next() % 4 {
        case 0:
            try await message.release()
            model.messages[body] = .visible
        case 1:
            let delay = 1 + generator.next() % 5_000
            try await message.release(delayMillis: delay)
            model.messages[body] = .delayed(until: time.now.milliseconds + delay)
        case 2:
            let visibility = 1_000 + generator.next() % 20_000
            try await message.extend(visibilityMillis: visibility)
            model.messages[body] = .leased(until: time.now.milliseconds + visibility, message)
        default:
            try await message.acknowledge()
            model.messages[body] = nil
        }
    }
}
