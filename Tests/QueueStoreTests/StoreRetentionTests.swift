import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Retention")
struct StoreRetentionTests {
    private static func orders(_ broker: EmbeddedBroker, _ retentionMillis: UInt64) async throws -> Queue<Store> {
        var attributes = QueueAttributes()
        attributes.retentionMillis = retentionMillis
        return try await broker.createQueue("orders", attributes: attributes)
    }

    @Test(
        "a message is delivered until the last millisecond of its time and never from then on; its room is freed soon")
    func exact() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            try await queue.sendTogether(["a", "b"])
            store.time.advance(milliseconds: 29_999)
            #expect(try await queue.receive(visibilityMillis: 1).texts == ["a"])
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            #expect(try await queue.receive(visibilityMillis: 1).texts == ["b"])
            store.time.advance(milliseconds: 1)
            #expect(try await queue.receive(max: 10).isEmpty)
            #expect(try await queue.comesTo { $0.waiting == 0 && $0.rawByteCount == 0 })
            #expect(try await queue.figures().oldestEnqueuedAt == nil)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test(
        "who holds a message when its time ends may finish it; where the lease ends unfinished, it goes",
        arguments: [false, true])
    func leased(restarts: Bool) async throws {
        let store = TemporaryStore()
        let (held, _) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            try await queue.sendTogether(["a", "b", "c"])
            store.time.advance(milliseconds: 20_000)
            let held = try await queue.receive(max: 2, visibilityMillis: 60_000)
            if !restarts { try await Self.finish(held.map(\.receipt), broker, store) }
            return held.map(\.receipt)
        }
        let (_, problems) = try await store.run { broker in
            if restarts { try await Self.finish(held, broker, store) }
            let queue = try broker.queue("orders")
            #expect(try await queue.figures().waiting == 0)
            #expect(try await queue.receive(max: 10).isEmpty)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    /// From 20 s after the send on: of two held messages one is acknowledged long after the retention, one comes to its end.
    private static func finish(_ held: [ReceiptHandle], _ broker: EmbeddedBroker, _ store: TemporaryStore) async throws
    {
        let queue = try broker.queue("orders")
        store.time.advance(milliseconds: 10_000)
        #expect(try await queue.receive(max: 10).isEmpty)
        store.time.advance(milliseconds: 15_000)
        #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 2 })
        #expect(try await broker.settle([Settlement(held[0], .acknowledge)]) == [.done])
        store.time.advance(milliseconds: 35_000)
        #expect(try await queue.receive(max: 10).isEmpty)
        #expect(try await broker.settle([Settlement(held[1], .acknowledge)]) == [.refused(.receiptInvalid)])
        store.time.advance(milliseconds: 1_000)
        #expect(try await queue.comesTo { $0.waiting == 0 })
    }

    @Test("a lease that came to its end holds nothing back, where nobody looks at the queue any more")
    func abandoned() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            try await queue.sendTogether(["a", "b"])
            #expect(try await queue.receive(visibilityMillis: 10_000).count == 1)
            store.time.advance(milliseconds: 30_000)
            let isGone = try await eventually(moving: store.time) { try await broker.verify().messageCount == 0 }
            #expect(isGone)
        }
        #expect(problems == [])
    }

    @Test("a delay as long as the retention is refused at the send; a release may outlast it, and the message goes")
    func delays() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            await #expect(throws: BrokerError.self) { try await queue.send("x", delayMillis: 30_000) }
            try await queue.send("late", delayMillis: 29_999)
            try await queue.send("back")
            try await queue.receive()[0].release(delayMillis: 40_000)
            #expect(try await queue.figures().delayed == 2)
            store.time.advance(milliseconds: 29_999)
            #expect(try await queue.comesTo { $0.delayed == 1 })
            #expect(try await queue.receive(visibilityMillis: 1).texts == ["late"])
            store.time.advance(milliseconds: 1)
            #expect(try await queue.comesTo { $0.delayed == 0 && $0.waiting == 0 })
            store.time.advance(milliseconds: 20_000)
            #expect(try await queue.receive(max: 10).isEmpty)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("another retention holds for the messages that are there")
    func changed() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, 60_000)
            try await queue.send("a")
            store.time.advance(milliseconds: 40_000)
            try await queue.send("b")
            try await queue.setAttributes { $0.retentionMillis = 30_000 }
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 1 })
            #expect(try await queue.receive(max: 10, visibilityMillis: 1).texts == ["b"])
            try await queue.setAttributes { $0.retentionMillis = nil }
            store.time.advance(milliseconds: 1_000_000)
            #expect(try await queue.receive(max: 10, visibilityMillis: 1).texts == ["b"])
            store.time.advance(milliseconds: 1)
            try await queue.setAttributes { $0.retentionMillis = 30_000 }
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 0 })
        }
        #expect(problems == [])
    }

    @Test("messages behind more held ones than one step of a sweep looks at go all the same")
    func behindHeldOnes() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, 30_000)
            // Delays of their own give each message a row of its own.
            let delayed = (1...150).map { OutgoingMessage(body: Bytes("held \($0)"), delayMillis: UInt64($0)) }
            _ = try await queue.send(delayed)
            _ = try await queue.send(delayed)
            store.time.advance(milliseconds: 200)
            #expect(try await queue.comesTo(moving: store.time) { $0.delayed == 0 })
            var held = 0
            while held < 300 {
                let messages = try await queue.receive(max: 256, visibilityMillis: 600_000)
                held += messages.count
                if messages.isEmpty { await Task.yield() }
            }
            try await queue.sendEach(["free"])
            store.time.advance(milliseconds: 31_000)
            #expect(try await queue.receive().isEmpty)
            #expect(try await queue.comesTo(moving: store.time) { $0.waiting == 300 })
        }
        #expect(problems == [])
    }

    @Test("copies in other queues outlive an expired one, and share its bytes")
    func sharedBlock() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let short = try await Self.orders(broker, 30_000)
            let long = try await broker.createQueue("long")
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(short, as: "short")
            try await topic.subscribe(long, as: "long")
            _ = try await topic.publish((0..<5).map { OutgoingMessage(body: Bytes("m\($0)")) })
            store.time.advance(milliseconds: 30_000)
            #expect(try await short.comesTo { $0.waiting == 0 })
            let kept = try await long.receive(max: 10)
            #expect(kept.texts == ["m0", "m1", "m2", "m3", "m4"])
            try await long.acknowledge(kept)
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("dead letters that come in the very step that sweeps their queue are swept in their turn")
    func deadLettersInTheSweep() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            var attributes = QueueAttributes()
            attributes.retentionMillis = 40_000
            let dead = try await broker.createQueue("dead", attributes: attributes)
            let orders = try await broker.createQueue("orders")
            try await orders.setAttributes {
                $0.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: nil, ageMillisMax: 39_000)
            }
            try await orders.send("moves")
            try await dead.send("expires")
            store.time.advance(milliseconds: 45_000)
            #expect(try await dead.comesTo(moving: store.time) { $0.waiting == 1 && $0.enqueuedTotal == 2 })
            #expect(try await orders.figures().waiting == 0)
            store.time.advance(milliseconds: 41_000)
            #expect(try await dead.receive().isEmpty)
            #expect(try await dead.comesTo(moving: store.time) { $0.waiting == 0 })
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }
}
