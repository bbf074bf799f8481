import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite("Routing")
struct StoreRoutingTests {
    private static func publish(_ topic: Topic<Store>, key: String) async throws {
        try await topic.publish(Bytes(key), properties: MessageProperties(routingKey: key))
    }

    private static func taken(_ queue: Queue<Store>) async throws -> [String] {
        let messages = try await queue.receive(max: 100)
        if !messages.isEmpty { try await queue.acknowledge(messages) }
        return messages.texts
    }

    @Test("binding keys: words, one word, any number of words; one copy however many keys of a subscription match")
    func bindingKeys() async throws {
        let store = TemporaryStore()
        let keys = ["pay", "pay.card", "pay.card.eu", "refund.card", "refund", "pay.cash.eu"]
        let (_, first) = try await store.run { broker in
            let topic = try await broker.createTopic("events", attributes: TopicAttributes(routing: .routingKey))
            let bindings: [(EntityName, [String])] = [
                ("exact", ["pay.card"]), ("star", ["*.card"]), ("hash", ["pay.#"]), ("inner", ["pay.*.eu"]),
                ("two", ["refund", "refund.#", "#.card"]), ("all", ["#"]),
            ]
            for (name, patterns) in bindings {
                let queue = try await broker.createQueue(name)
                try await topic.subscribe(queue, as: name, bindingKeys: patterns.map { try BindingKey($0) })
            }
            for key in keys { try await Self.publish(topic, key: key) }
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let expected: [(EntityName, [String])] = [
                ("exact", ["pay.card"]), ("star", ["pay.card", "refund.card"]),
                ("hash", ["pay", "pay.card", "pay.card.eu", "pay.cash.eu"]), ("inner", ["pay.card.eu", "pay.cash.eu"]),
                ("two", ["pay.card", "refund.card", "refund"]), ("all", keys),
            ]
            for (name, bodies) in expected {
                let taken = try await Self.taken(broker.queue(name))
                #expect(taken == bodies)
            }
        }
        #expect(problems == [])
        #expect(try store.blockCount() == 0)
    }

    @Test("a topic that routes by key wants keys of messages and subscriptions, and never becomes one by tags")
    func keysAreNeeded() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let topic = try await broker.createTopic("events", attributes: TopicAttributes(routing: .routingKey))
            let queue = try await broker.createQueue("q")
            await #expect(throws: BrokerError.routingKeyMissing(topic: "events")) {
                try await topic.subscribe(queue, as: "q")
            }
            try await topic.subscribe(queue, as: "q", bindingKeys: [BindingKey("a.*")])
            await #expect(throws: BrokerError.routingKeyMissing(topic: "events")) { try await topic.publish("x") }
            await #expect(throws: BrokerError.noMatchingSubscription(topic: "events")) {
                try await Self.publish(topic, key: "b.c")
            }
            await #expect(throws: BrokerError.alreadyExists("events")) { _ = try await broker.createTopic("events") }
            #expect(try await queue.figures().enqueuedTotal == 0)
        }
        #expect(problems == [])
    }

    @Test("a changed filter and an ended subscription hold from the next publish on; what was taken stays")
    func changes() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let topic = try await broker.createTopic("events", attributes: TopicAttributes(routing: .routingKey))
            let (left, right) = (try await broker.createQueue("left"), try await broker.createQueue("right"))
            try await topic.subscribe(left, as: "left", bindingKeys: [BindingKey("a.#")])
            try await topic.subscribe(right, as: "right", bindingKeys: [BindingKey("#")])
            try await Self.publish(topic, key: "a.1")
            try await topic.setFilter(of: "left", bindingKeys: [BindingKey("b.#")])
            try await Self.publish(topic, key: "a.2")
            try await Self.publish(topic, key: "b.1")
            try await topic.unsubscribe("right")
            try await topic.unsubscribe("right")
            await #expect(throws: BrokerError.noMatchingSubscription(topic: "events")) {
                try await Self.publish(topic, key: "a.3")
            }
            await #expect(throws: BrokerError.subscriptionNotFound("right")) {
                try await topic.setFilter(of: "right", bindingKeys: [BindingKey("#")])
            }
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let topic = try broker.topic("events")
            try await Self.publish(topic, key: "b.2")
            #expect(try await Self.taken(broker.queue("left")) == ["a.1", "b.1", "b.2"])
            #expect(try await Self.taken(broker.queue("right")) == ["a.1", "a.2", "b.1"])
        }
        #expect(problems == [])
    }

    @Test("a topic that is deleted takes its subscriptions along and leaves the queues alone; its name makes a new one")
    func deletedTopic() async throws {
        let store = TemporaryStore()
        let (_, first) = try await store.run { broker in
            let queue = try await broker.createQueue("q")
            let topic = try await broker.createTopic("events")
            try await topic.subscribe(queue, as: "q")
            try await topic.publish("old")
            try await broker.deleteTopic("events")
            await #expect(throws: BrokerError.self) { try await topic.publish("x") }
            let again = try await broker.createTopic("events", attributes: TopicAttributes(routing: .routingKey))
            #expect(again.id != topic.id)
            #expect(broker.topology.topics["events"]?.subscriptions == [])
        }
        #expect(first == [])
        let (_, problems) = try await store.run { broker in
            let topic = try broker.topic("events")
            let queue = try broker.queue("q")
            try await topic.subscribe(queue, as: "q", bindingKeys: [BindingKey("k")])
            try await Self.publish(topic, key: "k")
            #expect(try await Self.taken(queue) == ["old", "k"])
        }
        #expect(problems == [])
    }

    @Test("tags: no filter takes all, a filter takes what shares a tag with it, each subscription by itself")
    func tags() async throws {
        let store = TemporaryStore()
        let (_, problems) = try await store.run { broker in
            let topic = try await broker.createTopic("paid")
            let names: [EntityName] = ["all", "card", "both"]
            let filters = [[], ["card"], ["card", "cash"]]
            for (name, filter) in zip(names, filters) {
                let queue = try await broker.createQueue(name)
                try await topic.subscribe(queue, as: name, filterTags: filter.map { try MessageTag($0) })
            }
            for tags in [[], ["card"], ["cash"], ["cash", "card"], ["other"]] {
                try await topic.publish(
                    Bytes(tags.isEmpty ? "none" : tags.joined(separator: "+")),
                    properties: MessageProperties(tags: tags.map { try MessageTag($0) }))
            }
            #expect(try await Self.taken(broker.queue("all")) == ["none", "card", "cash", "cash+card", "other"])
            #expect(try await Self.taken(broker.queue("card")) == ["card", "cash+card"])
            #expect(try await Self.taken(broker.queue("both")) == ["card", "cash", "cash+card"])
            try await topic.setFilter(of: "all", filterTags: [MessageTag("other")])
            await #expect(throws: BrokerError.noMatchingSubscription(topic: "paid")) { try await topic.publish("x") }
        }
        #expect(problems == [])
    }
}
