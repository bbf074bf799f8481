import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Limits of a queue")
struct StoreLimitTests {
    private static func orders(
        _ broker: EmbeddedBroker, messages: UInt64? = nil, bytes: UInt64? = nil
    ) async throws
        -> Queue<Store>
    {
        var attributes = QueueAttributes()
        attributes.messageCountMax = messages
        attributes.byteCountMax = bytes
        return try await broker.createQueue("orders", attributes: attributes)
    }

    private static let full = SendOutcome.refused(.queueFull(queue: "orders", limit: "3 messages"))

    @Test("a full queue refuses message by message; leased and delayed ones count; an acknowledgement makes room")
    func messages() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await Self.orders(broker, messages: 3)
            try await queue.send("a", delayMillis: 60_000)
            let outcomes = try await queue.send((0..<4).map { OutgoingMessage(body: Bytes("b\($0)")) })
            #expect(outcomes == [.stored(2), .stored(3), Self.full, Self.full])
            let held = try await queue.receive(max: 10)
            #expect(held.texts == ["b0", "b1"])
            #expect(try await queue.send([OutgoingMessage(body: "c")]) == [Self.full])
            try await held[0].acknowledge()
            #expect(
                try await queue.send([OutgoingMessage(body: "c"), OutgoingMessage(body: "d")])
                    == [.stored(4), Self.full])
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let queue = try broker.queue("orders")
            #expect(try await queue.send([OutgoingMessage(body: "d")]) == [Self.full])
            #expect(try await queue.figures().enqueuedTotal == 4)
            try await queue.setAttributes { $0.messageCountMax = 4 }
            try await queue.send("d")
            #expect(try await queue.purge() == 4)
            try await queue.send("e")
        }
        #expect(problems == [])
    }

    @Test("bytes of bodies and properties count until the acknowledgement")
    func bytes() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, bytes: 100)
            let properties = try MessageProperties(routingKey: "0123456")
            let body = Bytes([UInt8](repeating: 65, count: 40))
            let outcomes = try await queue.send(
                (0..<3).map { _ in OutgoingMessage(body: body, properties: properties) })
            #expect(outcomes == [.stored(1), .stored(2), .refused(.queueFull(queue: "orders", limit: "100 bytes"))])
            #expect(try await queue.figures().rawByteCount == 100)
            await #expect(throws: BrokerError.self) { try await queue.send("x") }
            try await queue.receive()[0].acknowledge()
            #expect(try await queue.figures().rawByteCount == 50)
            try await queue.send(Bytes([UInt8](repeating: 65, count: 50)))
            await #expect(throws: BrokerError.self) { try await queue.send("x") }
        }
        #expect(problems == [])
    }

    @Test("a transaction that would overfill the queue is refused whole; what it acknowledges there makes room first")
    func transactions() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, messages: 2)
            let other = try await broker.createQueue("other")
            try await queue.send("a")
            try await other.send("o")
            let held = try await other.receive()[0]
            let two = SendBatch(source: .queue(queue.id), messages: [.init(body: "b"), .init(body: "c")])
            await #expect(throws: BrokerError.queueFull(queue: "orders", limit: "2 messages")) {
                try await broker.commit(
                    Transaction(settlements: [Settlement(held.receipt, .acknowledge)], sends: [two]))
            }
            #expect(try await other.figures().leased == 1)
            #expect(try await queue.figures().waiting == 1)
            try await queue.send("b")
            try await held.acknowledge()
        }
        #expect(problems == [])
    }

    @Test("a repeat under its key is answered as such where the queue is full, also within one batch")
    func repeats() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, messages: 3)
            let (first, second) = (try IdempotencyKey("1"), try IdempotencyKey("2"))
            try await queue.sendTogether(["a", "b"])
            let batch = [first, first, second, first].map { OutgoingMessage(body: "k", key: $0) }
            #expect(try await queue.send(batch) == [.stored(3), .duplicate(3), Self.full, .duplicate(3)])
            #expect(try await queue.send([batch[0]]) == [.duplicate(3)])
            #expect(try await queue.purge() == 3)
            // A key of a message that was refused is free.
            #expect(try await queue.send([batch[2]]) == [.stored(4)])
        }
        #expect(problems == [])
    }

    @Test(
        "a topic's message for a full queue waits there and is shown when there is room; beyond twice the limit the publish is refused"
    )
    func overflow() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, messages: 2)
            let free = try await broker.createQueue("free")
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(queue, as: "orders")
            try await topic.subscribe(free, as: "free")
            for number in 0..<4 { try await topic.publish(Bytes("m\(number)")) }
            await #expect(throws: BrokerError.queueFull(queue: "orders", limit: "2 messages")) {
                try await topic.publish("m4")
            }
            #expect(try await free.figures().waiting == 4)
            let figures = try await queue.figures()
            #expect((figures.waiting, figures.delayed) == (2, 2))
            store.time.advance(milliseconds: 10_000)
            let held = try await queue.receive(max: 10, visibilityMillis: 600_000)
            #expect(held.texts == ["m0", "m1"])
            store.time.advance(milliseconds: 10_000)
            #expect(try await queue.receive(max: 10).isEmpty)
            try await held[0].acknowledge()
            #expect(try await store.advance(milliseconds: 10_000, committing: broker))
            #expect(try await queue.comesTo { $0.delayed == 1 && $0.waiting == 2 })
            #expect(try await queue.receive(max: 10).count == 1)
        }
        #expect(problems == [])
    }

    @Test("a message that waits for room when its time ends leaves no trace")
    func overflowExpires() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let queue = try await Self.orders(broker, messages: 1)
            try await queue.setAttributes {
                $0.retentionMillis = 30_000
                $0.rewindMillis = 30_000
            }
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(queue, as: "orders")
            try await topic.publish("m0")
            try await topic.publish("m1")
            store.time.advance(milliseconds: 30_000)
            #expect(try await queue.comesTo { $0.waiting == 0 && $0.delayed == 0 })
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }
}
