import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

/// What a killed worker knew for certain.
struct Certainties {
    var stored: Set<UInt64> = []
    var delivered: Set<UInt64> = []
    var acknowledged: Set<UInt64> = []

    init(_ lines: [String]) {
        for line in lines {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let number = UInt64(parts[1]) else { continue }
            switch parts[0] {
            case "S": stored.insert(number)
            case "R": delivered.insert(number)
            case "A": acknowledged.insert(number)
            default: continue
            }
        }
    }
}

@Suite("Kill -9 under load", .serialized)
struct KillTests {
    @Test(
        "30 kills at random points: nothing acknowledged is lost, altered, doubled, given out early or back; every audit is clean"
    )
    func thirtyKills() async throws {
        let seed = UInt64.random(in: 1...1_000_000)
        var generator = SeededGenerator(seed: seed)
        let folder = TemporaryFolder()
        var carried = 0
        for cycle in 0..<30 {
            let first = UInt64(cycle + 1) * 1_000_000
            let worker = try WorkerProcess(folder: folder.path, firstNumber: first, senders: [1, 4, 16][cycle % 3])
            let lines = worker.killAfter(lines: Int(generator.next() % 900) + 20)
            #expect(worker.wasKilled, "cycle \(cycle), seed \(seed)")
            let known = Certainties(lines)
            carried += known.stored.count
            let report = try Store.verify(folder: folder.path, options: StoreOptions(mapByteCount: 1 << 30))
            #expect(report.problems == [], "cycle \(cycle), seed \(seed)")
            try await judge(folder.path, known, "cycle \(cycle), seed \(seed)")
        }
        #expect(carried > 1_000)
    }

    /// Opens what the kill left, looks at what is visible at once, then at everything, and empties the store.
    private func judge(_ path: String, _ known: Certainties, _ comment: Comment) async throws {
        let time = ManualTimeSource(start: SystemTimeSource().now)
        let broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 30, time: time))
        let queue = try broker.queue("crash")
        let copy = try broker.queue("crash-copy")
        try await judgeKeys(broker, known, comment)
        let early = try await drain(queue, time)
        #expect(early.intersection(known.delivered).isEmpty, comment)
        time.advance(milliseconds: 700_000)
        let late = try await drain(queue, time)
        #expect(early.intersection(late).isEmpty, comment)
        let present = early.union(late)
        // Acknowledging two of three was begun as soon as they were delivered: the kill may have come before the worker could say so.
        let mayBeGone = known.delivered.filter { $0 % 3 != 0 }
        #expect(known.stored.subtracting(mayBeGone).subtracting(present).isEmpty, comment)
        #expect(present.intersection(known.acknowledged).isEmpty, comment)
        let copies = try await drain(copy, time)
        #expect(known.stored.filter { $0 % 5 != 0 }.allSatisfy(copies.contains), comment)
        let published = known.stored.filter { $0 % 5 != 0 }
        try await judgeStrays(broker, time, published, comment)
        try await judgeKept(broker, time, published, comment)
        #expect(try await queue.figures().waiting == 0)
        await broker.close()
        let report = try Store.verify(folder: path, options: StoreOptions(mapByteCount: 1 << 30))
        #expect(report.problems == [], comment)
    }

    /// Whatever was published under a key is not published again.
    private func judgeKeys(_ broker: EmbeddedBroker, _ known: Certainties, _ comment: Comment) async throws {
        let topic = try broker.topic("crash")
        let before = try await broker.queue("crash").figures()
        let numbers = known.stored.filter { $0 % 5 != 0 }.sorted()
        for start in stride(from: 0, to: numbers.count, by: 100) {
            let repeats = try numbers[start..<min(start + 100, numbers.count)].map { number in
                OutgoingMessage(body: "again", key: try IdempotencyKey("k\(number)"))
            }
            for outcome in try await topic.publish(repeats) {
                guard case .duplicate = outcome else {
                    Issue.record("a repeat was taken: \(outcome), \(comment)")
                    continue
                }
            }
        }
        let after = try await broker.queue("crash").figures()
        #expect(
            before.waiting + before.delayed + before.leased == after.waiting + after.delayed + after.leased, comment)
    }

    /// What was published stands in the queue whose deliveries were abandoned or in its dead-letter queue, and in one of them only.
    private func judgeStrays(
        _ broker: EmbeddedBroker, _ time: ManualTimeSource, _ published: Set<UInt64>, _ comment: Comment
    ) async throws {
        let strays = try broker.queue("crash-strays")
        let alive = try await drain(strays, time)
        for _ in 0..<100_000 where try await strays.figures().waiting > 0 { await Task.yield() }
        #expect(try await strays.figures().waiting == 0, comment)
        let dead = try await drain(try broker.queue("crash-dead"), time)
        #expect(published.subtracting(alive).subtracting(dead).isEmpty, comment)
        #expect(alive.isDisjoint(with: dead), comment)
    }

    /// Whatever was acknowledged is still there for a rewind, wherever the kill met the last one.
    private func judgeKept(
        _ broker: EmbeddedBroker, _ time: ManualTimeSource, _ published: Set<UInt64>, _ comment: Comment
    ) async throws {
        let kept = try broker.queue("crash-kept")
        _ = try await drain(kept, time)
        let start = Timestamp(milliseconds: time.now.milliseconds - 3_600_000)
        var isRewound = false
        for _ in 0..<100_000 where !isRewound {
            do throws(BrokerError) {
                try await kept.rewind(to: start)
                isRewound = true
            } catch { await Task.yield() }
        }
        let again = try await drain(kept, time)
        #expect(published.isSubset(of: again), comment)
    }

    /// Receives and acknowledges until nothing comes; each message once, with the body it was sent with.
    private func drain(_ queue: Queue<Store>, _ time: ManualTimeSource) async throws -> Set<UInt64> {
        var seen: Set<UInt64> = []
        while true {
            let messages = try await queue.receive(max: 256, visibilityMillis: 600_000)
            if messages.isEmpty {
                // Delays of at most 50 ms are over by the clock, or will be once it moves; the store's own thread says so.
                guard try await queue.figures().delayed > 0 else { return seen }
                time.advance(milliseconds: 1)
                await Task.yield()
                continue
            }
            for message in messages {
                let parts = (message.body.text ?? "").split(separator: " ", omittingEmptySubsequences: false)
                let number = parts.count == 3 ? UInt64(parts[1]) ?? 0 : 0
                #expect(parts.count == 3 && parts[2].utf8.count == Int(number % 700))
                #expect(seen.insert(number).inserted, "message \(number) twice")
            }
            try await queue.acknowledge(messages)
        }
    }
}
