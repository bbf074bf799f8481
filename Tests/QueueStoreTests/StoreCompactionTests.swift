import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

@Suite("Compaction of sparse blocks")
struct StoreCompactionTests {
    private static let blockCount = 20
    private static let perBlock = 64

    /// Sends blocks of 64 and acknowledges all but every 20th message; returns the bodies that are left, with their ids.
    private static func sparse(
        _ queue: Queue<Store>, _ blockCount: Int = blockCount
    ) async throws -> [String: MessageID] {
        for block in 0..<blockCount {
            _ = try await queue.send(
                (0..<perBlock).map { number in
                    OutgoingMessage(
                        body: Bytes("message \(block * perBlock + number) " + String(repeating: "x", count: 300)))
                })
        }
        var left: [String: MessageID] = [:]
        var done: [Message<Store>] = []
        var received = 0
        while received < blockCount * perBlock {
            let messages = try await queue.receive(max: 256, visibilityMillis: 1_000)
            for message in messages {
                if received % 20 == 0 { left[message.body.text ?? ""] = message.id } else { done.append(message) }
                received += 1
            }
        }
        for start in stride(from: 0, to: done.count, by: 256) {
            try await queue.acknowledge(Array(done[start..<min(start + 256, done.count)]))
        }
        return left
    }

    /// Waits until the store has at most `count` blocks; a row that changed while it was looked at is tried again a minute later.
    private static func shrink(_ broker: EmbeddedBroker, to count: Int, _ time: ManualTimeSource) async throws {
        for round in 0..<5_000 where try await broker.verify().blockCount > count {
            if round % 50 == 0 { time.advance(milliseconds: 61_000) }
            await Task.yield()
        }
        #expect(try await broker.verify().blockCount <= count)
    }

    @Test("what is left of many blocks moves into few; ids, bodies and times stay, and nothing is seen twice")
    func merged() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            let sentAt = store.time.now
            let left = try await Self.sparse(queue)
            let before = try await queue.figures()
            #expect(try await broker.verify().blockCount >= Self.blockCount)
            try await Self.shrink(broker, to: 2, store.time)
            let after = try await queue.figures()
            #expect(after.waiting == before.waiting)
            #expect(after.rawByteCount == before.rawByteCount)
            #expect(after.waiting == UInt64(left.count))
            var seen: [String: MessageID] = [:]
            for message in try await queue.receive(max: 256) {
                #expect(message.enqueuedAt == sentAt)
                #expect(message.deliveryCount == 2)
                seen[message.body.text ?? ""] = message.id
            }
            #expect(seen == left)
            return left
        }
        #expect(problems == [])
    }

    @Test("receipts, delays and delivery counts survive a compaction and a restart after it")
    func held() async throws {
        let store = TemporaryStore()
        let (left, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            let left = try await Self.sparse(queue)
            store.time.advance(milliseconds: 1_001)
            let held = try await queue.receive(max: 3, visibilityMillis: 43_200_000)
            try await held[1].release(delayMillis: 40_000_000)
            try await Self.shrink(broker, to: 2, store.time)
            #expect(try await queue.figures().delayed == 1)
            try await held[0].acknowledge()
            try await held[2].extend(visibilityMillis: 43_200_000)
            return left.count
        }
        #expect(problems == [])
        let (_, problemsAfter) = try await store.run { broker in
            let queue = try broker.queue("q")
            #expect(try await queue.figures().waiting == UInt64(left - 2))
            #expect(try await queue.receive(max: 256).count == left - 3)
            store.time.advance(milliseconds: 40_000_000)
            for _ in 0..<100_000 where try await queue.figures().delayed > 0 { await Task.yield() }
            #expect(try await queue.receive(max: 256).contains { $0.deliveryCount == 3 })
        }
        #expect(problemsAfter == [])
    }

    @Test("a dead letter does not keep the block it came from")
    func deadLetter() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let dead = try await broker.createQueue("dead")
            var attributes = QueueAttributes()
            attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
            let queue = try await broker.createQueue("q", attributes: attributes)
            var generator = SeededGenerator(seed: 3)
            let bodies = (0..<64).map { _ in Bytes((0..<1_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            }
            _ = try await queue.send(bodies.map { OutgoingMessage(body: $0) })
            let messages = try await queue.receive(max: 64, visibilityMillis: 1_000)
            try await queue.acknowledge(Array(messages.dropFirst()))
            store.time.advance(milliseconds: 1_001)
            for _ in 0..<100_000 where try await dead.figures().waiting == 0 { await Task.yield() }
            let before = try await Self.usedBytes(broker, store)
            store.time.advance(milliseconds: 61_000)
            var after = before
            for _ in 0..<2_000 where after + 6 * 4_096 > before {
                after = try await Self.usedBytes(broker, store)
                await Task.yield()
            }
            #expect(after + 6 * 4_096 <= before)
            let moved = try await dead.receive(max: 1)
            let origin = DeadLetterOrigin(
                queue: queue.id, sequence: 1, enqueuedAt: messages[0].enqueuedAt, deliveryCount: 1,
                reason: .deliveryCount)
            #expect(moved.first?.origin == origin)
            #expect(moved.first?.id == messages[0].id)
            #expect(moved.first?.body == bodies[0])
        }
        #expect(problems == [])
    }

    @Test("one message in twenty left waiting in every block takes at most twice its own bytes in the end")
    func diskUse() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            let empty = try await Self.usedBytes(broker, store)
            var generator = SeededGenerator(seed: 11)
            var liveBytes: UInt64 = 0
            for _ in 0..<60 {
                let bodies = (0..<64).map { _ in
                    Bytes((0..<500).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
                }
                _ = try await queue.send(bodies.map { OutgoingMessage(body: $0) })
                let messages = try await queue.receive(max: 64, visibilityMillis: 10_000)
                try await queue.acknowledge(messages.enumerated().filter { $0.offset % 20 != 0 }.map(\.element))
                store.time.advance(milliseconds: 2)
                liveBytes += 4 * 500
            }
            let waiting = try await queue.figures()
            #expect(waiting.rawByteCount == liveBytes)
            let before = try await Self.usedBytes(broker, store) - empty
            #expect(before > 8 * liveBytes)
            var after = before
            for round in 0..<5_000 where after > 2 * liveBytes {
                if round % 50 == 0 { store.time.advance(milliseconds: 61_000) }
                after = try await Self.usedBytes(broker, store) - empty
                await Task.yield()
            }
            #expect(after <= 2 * liveBytes)
            #expect(try await queue.figures().waiting == waiting.waiting)
        }
        #expect(problems == [])
    }

    /// Counted anew by a group that comes a second later.
    private static func usedBytes(
        _ broker: EmbeddedBroker, _ store: TemporaryStore
    ) async throws -> UInt64 {
        store.time.advance(milliseconds: 1_000)
        _ = try await broker.commit(
            Transaction(rows: [RowChange(space: .state(ConsumerID(rawValue: 9)), key: "tick", value: "tick")]))
        return try await broker.figures().mapUsedByteCount
    }

    @Test("rows younger than a minute, and rows a rewind may ask for, are left alone")
    func leftAlone() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.rewindMillis = 1_296_000_000
            let kept = try await broker.createQueue("kept", attributes: attributes)
            let queue = try await broker.createQueue("q")
            _ = try await Self.sparse(kept, 4)
            _ = try await Self.sparse(queue, 4)
            let before = try await broker.verify().blockCount
            try await Self.shrink(broker, to: Int(before) / 2 + 1, store.time)
            #expect(try await broker.verify().blockCount == before / 2 + 1)
            try await kept.rewind(to: Timestamp(milliseconds: store.time.now.milliseconds - 1_296_000_000))
            #expect(try await kept.receive(max: 256).count == 256)
        }
        #expect(problems == [])
    }

    @Test("messages whose sequences lie further apart than a sequence list can say stay where they are")
    func tooFarApart() async throws {
        let store = TemporaryStore()
        let gap = UInt64(1) << 28 - 1
        _ = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            _ = try await queue.send((0..<8).map { OutgoingMessage(body: Bytes("\($0)")) })
            let messages = try await queue.receive(max: 8, visibilityMillis: 1_000)
            try await queue.acknowledge(Array(messages[1..<7]))
            _ = try await Self.sparse(try await broker.createQueue("after"), 4)
        }
        let stopped = DamagedStore(of: store)
        let queue = QueueID(rawValue: 1)
        var (key, row) = try stopped.entry(queue, 1)
        row.offsets = (0..<8).map { $0 * gap }
        try stopped.put("entries", key, row.encoded(under: key))
        try stopped.change(queue) { counters in
            counters.nextSequence = 8 * gap
            counters.handedMark = 8 * gap
        }
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("q")
            // The queue behind it is looked at after it.
            try await Self.shrink(broker, to: 2, store.time)
            #expect(try await queue.receive(max: 8).compactMap { $0.body.text } == ["0", "7"])
        }
        #expect(problems == [])
    }
}
