import CMQProtocol
import Engine
import MessageModel
import QueueAPI
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite struct TopicCallTests {
    private static func topic(_ filterType: TopicSettings.FilterType?) -> TopicSettings {
        var settings = TopicSettings()
        settings.filterType = filterType
        return settings
    }

    @Test("topics are made, described, changed, listed and deleted; how one routes is fixed, and its name is taken")
    func life() async throws {
        try await World.with { world in
            guard case .topicMade(let made) = try await world.done(.createTopic("pay-topic", TopicSettings())) else {
                throw Unexpected()
            }
            #expect(made.id.hasPrefix("topic-") && made.settings.filterType == .tags)
            #expect(made.settings.bodyByteCountMax == 65_536 && made.subscriptionCount == 0)
            await world.refuses(.createTopic("PAY-topic", TopicSettings()), .topicExists)
            var settings = TopicSettings()
            settings.bodyByteCountMax = 1_024
            try await world.done(.setTopicAttributes("pay-topic", settings))
            #expect(try await world.topic("pay-topic").settings.bodyByteCountMax == 1_024)
            #expect(await world.fault(.setTopicAttributes("pay-topic", Self.topic(.routingKey)))?.code == 4000)
            try await world.done(.createTopic("routes", Self.topic(.routingKey)))
            #expect(try await world.topic("routes").settings.filterType == .routingKey)
            guard case .topics(let page, let count) = try await world.done(.listTopics(EntityListing())) else {
                throw Unexpected()
            }
            #expect(page.map(\.name) == ["pay-topic", "routes"] && count == 2)
            try await world.done(.deleteTopic("routes"))
            for call: CMQRequest in [
                .deleteTopic("routes"), .describeTopic("routes"), .setTopicAttributes("routes", TopicSettings()),
                .listSubscriptions(SubscriptionListing(topic: "routes")),
                .describeSubscription(topic: "routes", subscription: "s"),
                .unsubscribe(topic: "routes", subscription: "s"),
                .clearFilterTags(topic: "routes", subscription: "s"),
                .setSubscriptionAttributes(SetSubscription(topic: "routes", subscription: "s")),
                .subscribe(Subscribe(topic: "routes", subscription: "s", endpoint: .http("http://a.test/"))),
            ] { await world.refuses(call, .topicNotFound) }
        }
    }

    @Test("a queue's subscription: made, told, filtered, cleared, removed; and what stands in its way")
    func queueSubscription() async throws {
        try await World.with { world in
            try await world.done(.createTopic("pay-topic", TopicSettings()))
            try await world.makeQueue("risk-q")
            try await world.makeQueue("other-q")
            var call = Subscribe(
                topic: "pay-topic", subscription: "risk-sub", endpoint: .queue("risk-q"), strategy: .backoff,
                filterTags: [try MessageTag("risk")])
            guard case .subscriptionMade(let made) = try await world.done(.subscribe(call)) else { throw Unexpected() }
            #expect(made.id.hasPrefix("subsc-"))
            let told = try await world.subscription("pay-topic", "RISK-sub")
            #expect(told.id == made.id && told.endpoint == .queue("risk-q") && told.strategy == .backoff)
            #expect(told.format == .simplified && told.filterTags.map(\.text) == ["risk"])
            await world.refuses(.subscribe(call), .subscriptionExists)
            call.subscription = "second"
            #expect(await world.fault(.subscribe(call))?.module == 10630, "the queue has one already")
            call.endpoint = .queue("absent")
            await world.refuses(.subscribe(call), .queueNotFound)
            await world.refuses(.deleteTopic("pay-topic"), .subscriptionsLeft)
            #expect(try await world.publish("pay-topic", ["a"], tags: ["promo"]).fault == .noMatch)
            #expect(try await world.publish("pay-topic", ["b"], tags: ["risk", "promo"]).fault == nil)
            var change = SetSubscription(topic: "pay-topic", subscription: "risk-sub")
            change.filterTags = [try MessageTag("promo")]
            change.strategy = .exponentialDecay
            try await world.done(.setSubscriptionAttributes(change))
            #expect(try await world.subscription("pay-topic", "risk-sub").strategy == .exponentialDecay)
            #expect(try await world.publish("pay-topic", ["c"], tags: ["risk"]).fault == .noMatch)
            try await world.done(.clearFilterTags(topic: "pay-topic", subscription: "risk-sub"))
            #expect(try await world.publish("pay-topic", ["d"]).fault == nil)
            #expect(try await world.bodies("risk-q") == ["b", "d"])
            var listing = SubscriptionListing(topic: "pay-topic", queue: "other-q")
            guard case .subscriptions(let none, 0) = try await world.done(.listSubscriptions(listing)) else {
                throw Unexpected()
            }
            #expect(none.isEmpty)
            listing.queue = nil
            guard case .subscriptions(let all, 1) = try await world.done(.listSubscriptions(listing)) else {
                throw Unexpected()
            }
            #expect(all.map(\.name) == ["risk-sub"])
            await world.refuses(.unsubscribe(topic: "pay-topic", subscription: "absent"), .subscriptionNotFound)
            try await world.done(.unsubscribe(topic: "pay-topic", subscription: "risk-sub"))
            #expect(try await world.publish("pay-topic", ["e"]).fault == .noSubscription)
            try await world.done(.deleteTopic("pay-topic"))
        }
    }

    @Test("an HTTP subscription has a queue of its own that nobody sees, and that goes with it")
    func httpSubscription() async throws {
        try await World.with { world in
            try await world.done(.createTopic("pay-topic", TopicSettings()))
            let call = Subscribe(
                topic: "pay-topic", subscription: "m1", endpoint: .http("https://shop.test/cmq"), strategy: .backoff,
                format: .json)
            try await world.done(.subscribe(call))
            let hidden = try #require(world.broker.topology.queues.values.first)
            #expect(hidden.attributes.retentionMillis == 86_400_000)
            let told = try await world.subscription("pay-topic", "m1")
            #expect(
                told.endpoint == .http("https://shop.test/cmq") && told.format == .json && told.strategy == .backoff)
            #expect(try await world.publish("pay-topic", ["a", "b"]).fault == nil)
            #expect(try await world.subscription("pay-topic", "m1").waitingCount == 2)
            #expect(try await world.topic("pay-topic").waitingCount == 2)
            guard case .queues(let queues, 0) = try await world.done(.listQueues(EntityListing())) else {
                throw Unexpected()
            }
            #expect(queues.isEmpty)
            for call: CMQRequest in [
                .describeQueue(hidden.name), .deleteQueue(hidden.name), .clearQueue(hidden.name),
                .setQueueAttributes(hidden.name, QueueSettings()),
            ] { await world.refuses(call, .queueNotFound) }
            #expect(await world.send(hidden.name, ["x"]).fault == .queueNotFound)
            #expect(throws: CMQFault.queueNotFound) {
                try world.operations.target(of: ReceiveMessages(queue: hidden.name))
            }
            var change = SetSubscription(topic: "pay-topic", subscription: "m1")
            change.format = .simplified
            try await world.done(.setSubscriptionAttributes(change))
            #expect(try await world.subscription("pay-topic", "m1").format == .simplified)
            try await world.done(.unsubscribe(topic: "pay-topic", subscription: "m1"))
            #expect(
                world.broker.topology.queues.isEmpty && world.broker.topology.topics["pay-topic"]?.subscriptions == [])
            try await world.done(.subscribe(call))
            #expect(try await world.subscription("pay-topic", "m1").waitingCount == 0, "it begins anew")
            await world.refuses(
                .createQueue(hidden.name, QueueSettings()),
                try #require(await world.fault(.createQueue(hidden.name, QueueSettings()))))
            let inside = Subscribe(topic: "pay-topic", subscription: "m2", endpoint: .http("http://inside.test/"))
            await world.refuses(.subscribe(inside), .illegalEndpoint("private addresses are not pushed to"))
        }
    }

    @Test("routing keys: patterns decide, a publish without a key is refused")
    func routing() async throws {
        try await World.with { world in
            try await world.done(.createTopic("routes", Self.topic(.routingKey)))
            try await world.makeQueue("orders")
            var call = Subscribe(topic: "routes", subscription: "s", endpoint: .queue("orders"))
            await world.refuses(.subscribe(call), .bindingKeyMissing)
            call.bindingKeys = [try BindingKey("order.*")]
            try await world.done(.subscribe(call))
            #expect(try await world.publish("routes", ["a"]).fault == .routingKeyMissing)
            #expect(try await world.publish("routes", ["b"], routingKey: "refund.paid").fault == .noMatch)
            #expect(try await world.publish("routes", ["c"], routingKey: "order.paid").fault == nil)
            #expect(try await world.publish("routes", ["d"], tags: ["order.paid"]).fault == .routingKeyMissing)
            var change = SetSubscription(topic: "routes", subscription: "s")
            change.bindingKeys = []
            await world.refuses(.setSubscriptionAttributes(change), .bindingKeyMissing)
            change.bindingKeys = [try BindingKey("#")]
            try await world.done(.setSubscriptionAttributes(change))
            #expect(try await world.publish("routes", ["h"], routingKey: "refund").fault == nil)
            #expect(try await world.bodies("orders") == ["c", "h"])
            #expect(try await world.publish("absent", ["x"]).fault == .topicNotFound)
        }
    }

    @Test("a topic of payments never answers «no subscriber», and its subscription stays")
    func moneyTopic() async throws {
        let rules: @Sendable (inout QueueOperationSettings) -> Void = {
            $0.moneyRules.topics = ["order-payments"]
            $0.moneyRules.subscriptions = ["merchant-orders"]
            $0.moneyRules.queues = ["merchant-orders"]
        }
        try await World.with(rules) { world in
            let topic = try await world.broker.createTopic("order-payments")
            #expect(
                try await world.publish("order-payments", ["lost"]).fault?.code == 6000,
                "and nothing is dropped silently")
            try await topic.subscribe(try await world.broker.createQueue("merchant-orders"), as: "merchant-orders")
            #expect(try await world.publish("order-payments", ["paid"], tags: ["any"]).fault == nil)
            var change = SetSubscription(topic: "order-payments", subscription: "merchant-orders")
            change.filterTags = [try MessageTag("none")]
            for call: CMQRequest in [
                .unsubscribe(topic: "order-payments", subscription: "Merchant-Orders"),
                .setSubscriptionAttributes(change),
                .clearFilterTags(topic: "order-payments", subscription: "merchant-orders"),
                .deleteTopic("order-payments"), .setTopicAttributes("Order-Payments", TopicSettings()),
                .deleteQueue("merchant-orders"),
            ] { #expect(await world.fault(call)?.code == 4000) }
            #expect(try await world.bodies("merchant-orders") == ["paid"])
            try await world.makeQueue("risk")
            let risk = Subscribe(topic: "order-payments", subscription: "risk", endpoint: .queue("risk"))
            try await world.done(.subscribe(risk))
            try await world.done(.unsubscribe(topic: "order-payments", subscription: "risk"))
            let http = Subscribe(topic: "order-payments", subscription: "h", endpoint: .http("http://a.test/"))
            try await world.done(.subscribe(http))
            let hidden = world.broker.topology.queues.values.first { $0.name != "risk" && $0.name != "merchant-orders" }
            #expect(hidden?.attributes.retentionMillis == nil, "payments do not expire")
        }
    }

    @Test("nobody makes a topic or a subscription of payments in the daemon's place, with a filter of his own")
    func moneyTopicMadeBefore() async throws {
        let rules: @Sendable (inout QueueOperationSettings) -> Void = {
            $0.moneyRules.topics = ["order-payments"]
            $0.moneyRules.subscriptions = ["merchant-orders"]
        }
        try await World.with(rules) { world in
            let made = await world.fault(.createTopic("Order-Payments", Self.topic(.routingKey)))
            #expect(made?.code == 4000 && made?.module == 10000 && world.broker.topology.topics.isEmpty)
            _ = try await world.broker.createTopic("order-payments")
            await world.refuses(.createTopic("order-payments", TopicSettings()), .topicExists)
            try await world.makeQueue("mine")
            for endpoint: SubscriptionEndpoint in [.queue("mine"), .http("http://a.test/")] {
                let call = Subscribe(topic: "order-payments", subscription: "Merchant-Orders", endpoint: endpoint)
                let fault = await world.fault(.subscribe(call))
                #expect(fault?.code == 4000 && fault?.module == 10000)
            }
            #expect(world.broker.topology.topics["order-payments"]?.subscriptions == [])
            #expect(world.broker.topology.queues.count == 1)
            // The name is nobody's at another topic.
            try await world.done(.createTopic("other", TopicSettings()))
            try await world.done(
                .subscribe(Subscribe(topic: "other", subscription: "merchant-orders", endpoint: .queue("mine"))))
        }
    }

    @Test(
        "a queue that takes payments has no limit, so that it cannot stop them for all; it may have one again afterwards"
    )
    func moneySubscriberHasNoLimit() async throws {
        let rules: @Sendable (inout QueueOperationSettings) -> Void = { $0.moneyRules.topics = ["order-payments"] }
        try await World.with(rules) { world in
            let log = KeptLog()
            var settings = QueueOperationSettings { _ in nil }
            rules(&settings)
            let operations = QueueOperations(broker: world.broker, settings: settings, logger: log.logger)
            func limits() -> [UInt64?] {
                let attributes = world.broker.topology.queues["risk"]?.attributes
                return [attributes?.messageCountMax, attributes?.byteCountMax]
            }
            _ = try await world.broker.createTopic("order-payments")
            try await world.done(.createTopic("other", TopicSettings()))
            try await world.makeQueue("risk") { $0.messageCountMax = 1_000_000 }
            try await world.done(
                .subscribe(Subscribe(topic: "other", subscription: "risk", endpoint: .queue("risk"))))
            #expect(limits() == [1_000_000, nil])
            let call = Subscribe(topic: "order-payments", subscription: "risk", endpoint: .queue("risk"))
            _ = try await operations.control(.subscribe(call))
            #expect(limits() == [nil, nil])
            #expect(log.all.count == 1 && log.all[0].contains("risk") && log.all[0].contains("order-payments"))
            var limit = QueueSettings()
            limit.messageCountMax = 1_000_000
            #expect(await world.fault(.setQueueAttributes("risk", limit))?.module == 10110)
            // A client that changes something else and sends back what it was told.
            var told = try await world.queue("risk").settings
            told.visibilitySeconds = 60
            told.deadLetter = nil
            try await world.done(.setQueueAttributes("risk", told))
            #expect(
                limits() == [nil, nil] && world.broker.topology.queues["risk"]?.attributes.visibilityMillis == 60_000)
            try await world.done(.unsubscribe(topic: "order-payments", subscription: "risk"))
            try await world.done(.setQueueAttributes("risk", limit))
            #expect(limits() == [1_000_000, nil])
        }
    }

    @Test("a topic takes so many subscriptions and no more, and the refused one leaves no queue behind")
    func subscriptionLimit() async throws {
        try await World.with { world in
            try await world.done(.createTopic("pay-topic", TopicSettings()))
            for number in 1...Limits.subscriptionCountPerTopicMax {
                let name = try EntityName("s\(number)")
                try await world.done(
                    .subscribe(Subscribe(topic: "pay-topic", subscription: name, endpoint: .http("http://a.test/"))))
            }
            let more = Subscribe(topic: "pay-topic", subscription: "more", endpoint: .http("http://a.test/"))
            await world.refuses(.subscribe(more), .tooManySubscriptions)
            #expect(world.broker.topology.queues.count == Limits.subscriptionCountPerTopicMax)
        }
    }
}
