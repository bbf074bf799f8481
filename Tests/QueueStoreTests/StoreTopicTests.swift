import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Topics")
struct StoreTopicTests {
    @Test(
        "a publish reaches every queue whose filter takes it, under one id, and the block lives until the last queue is done"
    )
    func fanOut() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let topic = try await broker.createTopic("paid")
            let all = try await broker.createQueue("all")
            let risk = try await broker.createQueue("risk")
            let promo = try await broker.createQueue("promo")
            try await topic.subscribe(all, as: "all")
            try await topic.subscribe(risk, as: "risk", filterTags: [MessageTag("risk"), MessageTag("both")])
            try await topic.subscribe(promo, as: "promo", filterTags: [MessageTag("promo"), MessageTag("both")])
            let tags = ["risk", "promo", "both", "none"]
            let messages = try tags.map {
                OutgoingMessage(body: Bytes($0), properties: try MessageProperties(tags: [MessageTag($0)]))
            }
            #expect(try await topic.publish(messages) == (1...4).map { .stored($0) })
            let everything = try await all.receive(max: 10)
            #expect(everything.map { $0.body.text } == tags)
            let risky = try await risk.receive(max: 10)
            #expect(risky.map { $0.body.text } == ["risk", "both"])
            #expect(risky.map(\.id) == [everything[0].id, everything[2].id])
            try await all.acknowledge(everything)
            try await risk.acknowledge(risky)
            let promoted = try await promo.receive(max: 10)
            #expect(promoted.map { $0.body.text } == ["promo", "both"])
            try await promo.acknowledge(promoted)
        }
        #expect(problems == [])
    }

    @Test("a publish that no subscription takes is refused and not stored")
    func noMatch() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let topic = try await broker.createTopic("paid")
            await #expect(throws: BrokerError.noMatchingSubscription(topic: "paid")) { try await topic.publish("x") }
            let queue = try await broker.createQueue("q")
            try await topic.subscribe(queue, as: "q", filterTags: [MessageTag("a")])
            await #expect(throws: BrokerError.noMatchingSubscription(topic: "paid")) { try await topic.publish("x") }
            #expect(try await queue.figures().enqueuedTotal == 0)
        }
        #expect(problems == [])
    }

    @Test(
        "queues, topics and subscriptions survive a restart; making them again changes nothing, making them otherwise is refused"
    )
    func topology() async throws {
        let store = TemporaryStore()
        let (revision, _) = try await store.run { broker in
            let queue = try await broker.createQueue(
                "Orders", attributes: .init(visibilityMillis: 5_000, bodyByteCountMax: 100))
            let topic = try await broker.createTopic("paid")
            try await topic.subscribe(queue, as: "s", filterTags: [MessageTag("t")])
            return broker.topology.revision
        }
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue(
                "orders", attributes: .init(visibilityMillis: 5_000, bodyByteCountMax: 100))
            #expect(queue.name.text == "Orders")
            let topic = try broker.topic("PAID")
            try await topic.subscribe(queue, as: "s", filterTags: [MessageTag("t")])
            #expect(broker.topology.revision == revision)
            await #expect(throws: BrokerError.alreadyExists("orders")) { _ = try await broker.createQueue("orders") }
            await #expect(throws: BrokerError.alreadyExists("s")) { try await topic.subscribe(queue, as: "s") }
            await #expect(throws: BrokerError.bodyTooLarge(byteCount: 101, byteCountMax: 100)) {
                try await queue.send(Bytes([UInt8](repeating: 1, count: 101)))
            }
            #expect(throws: BrokerError.queueNotFound("nobody")) { _ = try broker.queue("nobody") }
        }
        #expect(problems == [])
    }
}
