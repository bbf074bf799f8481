import Engine
import MessageModel
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

/// What concurrent clients saw, in the order in which the calls ended.
private final class History: Sendable {
    struct Delivery {
        let body: String
        let queue: String
        let hiddenUntil: UInt64
        let count: Int
        /// True from when the holder began to give it back.
        var isGivenBack = false
        var isAcknowledged = false

        var givenAt: UInt64 { hiddenUntil - History.leaseMillis }
    }

    private struct State {
        var sent: Set<String> = []
        var deliveries: [Delivery] = []
        var acknowledged: [String: Set<String>] = [:]
        var sendersLeft = 4
        var problems: [String] = []
    }

    private let state = Mutex(State())

    func send(_ body: String) { state.withLock { _ = $0.sent.insert(body) } }
    var sent: Set<String> { state.withLock { $0.sent } }
    var problems: [String] { state.withLock { $0.problems } }
    func acknowledged(_ queue: String) -> Set<String> { state.withLock { $0.acknowledged[queue] ?? [] } }

    /// Notes a delivery and compares it with all others of the message in this queue. Their order is that of their counts: calls overlap.
    func deliver(_ delivery: Delivery) -> Int {
        state.withLock { state in
            for other in state.deliveries where other.queue == delivery.queue && other.body == delivery.body {
                let (first, second) = other.count < delivery.count ? (other, delivery) : (delivery, other)
                if first.count == second.count { state.problems.append("\(first.body): count \(first.count) twice") }
                if first.isAcknowledged { state.problems.append("\(first.body) came after its acknowledgement") }
                if !first.isGivenBack, second.givenAt < first.hiddenUntil {
                    state.problems.append("\(first.body) came twice within its lease")
                }
            }
            state.deliveries.append(delivery)
            return state.deliveries.count - 1
        }
    }

    /// The holder begins to give a delivery back: from now on it may come again.
    func giveBack(_ index: Int) { state.withLock { $0.deliveries[index].isGivenBack = true } }

    func acknowledged(_ index: Int) {
        state.withLock { state in
            let ended = state.deliveries[index]
            state.deliveries[index].isAcknowledged = true
            let later = state.deliveries.contains {
                $0.queue == ended.queue && $0.body == ended.body && $0.count > ended.count
            }
            if later { state.problems.append("\(ended.body): an acknowledgement was taken after another delivery") }
            if state.acknowledged[ended.queue, default: []].insert(ended.body).inserted == false {
                state.problems.append("\(ended.body): acknowledged twice")
            }
        }
    }

    func note(_ problem: String) { state.withLock { $0.problems.append(problem) } }

    func endSender() { state.withLock { $0.sendersLeft -= 1 } }

    /// Whether all is sent and acknowledged in a queue.
    func isDone(_ queue: String) -> Bool {
        state.withLock { $0.sendersLeft == 0 && $0.acknowledged[queue]?.count == $0.sent.count }
    }

    static let leaseMillis: UInt64 = 2_000
}

@Suite("Concurrent clients")
struct StoreParallelTests {
    /// Steps of the clock after which a message that has not come is lost: thousands of leases.
    private static let clockStepMax = 400_000

    @Test(
        "nothing is lost, nothing comes twice within its lease or after its acknowledgement", arguments: [UInt64](1...3)
    )
    func history(seed: UInt64) async throws {
        let store = TemporaryStore()
        let history = History()
        let (_, problems) = try await store.run { broker in
            let topic = try await broker.createTopic("paid")
            var queues: [Queue<Store>] = []
            for number in 0..<3 {
                let name = try EntityName("q\(number)")
                queues.append(try await broker.createQueue(name))
                try await topic.subscribe(queues[number], as: name)
            }
            let targets = queues
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<4 {
                    group.addTask {
                        try await Self.send(
                            topic, history, sender, SeededGenerator(seed: seed &* 100 &+ UInt64(sender)))
                        history.endSender()
                    }
                }
                for client in 0..<9 {
                    group.addTask {
                        try await Self.consume(
                            targets[client % 3], history, broker,
                            SeededGenerator(seed: seed &* 1_000 &+ UInt64(client))
                        )
                    }
                }
                // The clock runs as long as anybody works: leases end, delays pass.
                group.addTask {
                    for _ in 0..<Self.clockStepMax {
                        if targets.allSatisfy({ history.isDone($0.name.text) }) || !history.problems.isEmpty { return }
                        store.time.advance(milliseconds: 5)
                        await Task.yield()
                    }
                    history.note("messages are lost: the clock went on, and they do not come")
                }
                try await group.waitForAll()
            }
            for queue in queues {
                #expect(history.acknowledged(queue.name.text) == history.sent, "seed \(seed)")
                let figures = try await queue.figures()
                #expect((figures.waiting, figures.delayed) == (0, 0), "seed \(seed)")
                #expect(figures.rawByteCount == 0, "seed \(seed)")
            }
        }
        #expect(history.problems.prefix(5) == [], "seed \(seed)")
        #expect(problems == [])
        #expect(try Store.verify(folder: store.folder.path).blockCount == 0)
    }

    private static func send(
        _ topic: Topic<Store>, _ history: History, _ sender: Int, _ seeded: SeededGenerator
    ) async throws {
        var generator = seeded
        for number in 0..<400 {
            let bodies = (0..<(generator.next() % 8 == 0 ? 4 : 1)).map { "\(sender)-\(number)-\($0)" }
            for body in bodies { history.send(body) }
            _ = try await topic.publish(bodies.map { OutgoingMessage(body: Bytes($0)) })
        }
    }

    private static func consume(
        _ queue: Queue<Store>, _ history: History, _ broker: EmbeddedBroker, _ seeded: SeededGenerator
    ) async throws {
        var generator = seeded
        while history.problems.isEmpty {
            if history.isDone(queue.name.text) { return }
            let messages = try await queue.receive(
                max: Int(1 + generator.next() % 8), visibilityMillis: History.leaseMillis)
            if messages.isEmpty {
                await Task.yield()
                continue
            }
            var indices: [Int] = []
            for message in messages {
                let index = history.deliver(
                    .init(
                        body: message.body.text ?? "", queue: queue.name.text,
                        hiddenUntil: message.hiddenUntil.milliseconds, count: message.deliveryCount))
                indices.append(index)
            }
            // Most batches are acknowledged at once, so that receives follow commits closely.
            if generator.next() % 4 > 0 {
                try await acknowledge(messages, indices, history, broker)
            } else {
                for (message, index) in zip(messages, indices) {
                    try await settle(message, index, history, generator.next())
                }
            }
        }
    }

    private static func acknowledge(
        _ messages: [Message<Store>], _ indices: [Int], _ history: History, _ broker: EmbeddedBroker
    ) async throws {
        let outcomes = try await broker.settle(messages.map { Settlement($0.receipt, .acknowledge) })
        for (outcome, index) in zip(outcomes, indices) where outcome == .done { history.acknowledged(index) }
    }

    /// Acknowledges most, gives some back, keeps a few until their lease ends.
    private static func settle(
        _ message: Message<Store>, _ index: Int, _ history: History, _ chance: UInt64
    ) async throws {
        do {
            switch chance % 10 {
            case 0..<7:
                try await message.acknowledge()
                history.acknowledged(index)
            case 7:
                history.giveBack(index)
                try await message.release()
            case 8:
                history.giveBack(index)
                try await message.release(delayMillis: 1 + chance % 50)
            default: return
            }
        } catch BrokerError.receiptInvalid {
            // The lease ended before.
        }
    }
}
