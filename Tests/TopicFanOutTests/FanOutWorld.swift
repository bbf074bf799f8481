import CMQProtocol
import HTTPDataPlane
import Logging
import QueueStore
import ServiceLifecycleTestKit
import Synchronization
import TestSupport
import Testing
import Tillwire
import TopicFanOut

/// A store, subscribers' servers and the push between them, on a clock that stands. What the queue API would make is made here.
final class FanOutWorld: Sendable {
    let loops = DataPlaneLoops(count: 1)
    let folder = TemporaryFolder()
    let time = ManualTimeSource()
    let policy: EndpointPolicy
    let client: OutboundClient
    private let opened = Mutex<(store: Store, broker: EmbeddedBroker)?>(nil)
    private let servers = Mutex<[DataPlaneServer]>([])
    private let lastRequestID = Mutex<UInt64>(2_394_928_734)

    private init() throws {
        policy = try EndpointPolicy.demo()
        client = OutboundClient(
            settings: OutboundSettings(policy: policy, limits: TopicFanOutLimits.outbound), loops: loops)
    }

    static func with(_ body: (FanOutWorld) async throws -> Void) async throws {
        let world = try FanOutWorld()
        do {
            try world.open()
            try await body(world)
            await world.end()
        } catch {
            await world.end()
            throw error
        }
        let options = StoreOptions(mapByteCount: Limits.mapByteCountMin, time: world.time)
        #expect(try Store.verify(folder: world.folder.path, options: options).problems == [])
    }

    func open() throws {
        let store = try Store.open(
            at: folder.path, options: StoreOptions(mapByteCount: Limits.mapByteCountMin, time: time))
        opened.withLock { $0 = (store, Broker(engine: store)) }
    }

    func close() async { await opened.withLock { $0.take() }?.broker.close(graceMillis: 0) }

    private func end() async {
        for server in servers.withLock({ $0 }) { await server.stop(graceSeconds: 0) }
        await client.shutdown()
        await loops.shutdown()
        await close()
    }

    var broker: EmbeddedBroker { get throws { try #require(opened.withLock { $0?.broker }) } }
    private var store: Store { get throws { try #require(opened.withLock { $0?.store }) } }

    // MARK: - Subscribers

    struct Subscriber: Sendable {
        let stub: SubscriberStub
        let port: Int
        var url: String { "http://127.0.0.1:\(port)/cgi" }
    }

    func subscriber() async throws -> Subscriber {
        let stub = SubscriberStub()
        let server = DataPlaneServer(settings: .init(), loops: loops, handler: stub)
        let address = try await server.start()
        servers.withLock { $0.append(server) }
        return Subscriber(stub: stub, port: address.port)
    }

    /// Makes the topic, the hidden queue and the subscription.
    func subscribe(
        _ name: EntityName, to topic: EntityName = "pay-topic", url: String, strategy: NotifyStrategy = .backoff,
        format: NotifyContentFormat = .simplified, filterTags: [MessageTag] = []
    ) async throws {
        let topicID = try await broker.createTopic(topic).id
        var attributes = QueueAttributes()
        attributes.retentionMillis = CMQPushLimits.topicRetentionMillis
        let queue = try await broker.createQueue(queueName(name, topic), attributes: attributes)
        _ = try await store.apply(
            .subscribe(
                topic: topicID,
                try entry(name, queue.id, url: url, strategy: strategy, format: format, filterTags: filterTags)))
    }

    /// Changes what a subscription says.
    func change(
        _ name: EntityName, of topic: EntityName = "pay-topic", url: String, strategy: NotifyStrategy,
        format: NotifyContentFormat
    ) async throws {
        let queue = try broker.queue(queueName(name, topic))
        _ = try await store.apply(
            .setSubscription(
                topic: try broker.topic(topic).id,
                try entry(name, queue.id, url: url, strategy: strategy, format: format, filterTags: [])))
    }

    /// Ends the subscription and removes its queue.
    func unsubscribe(_ name: EntityName, from topic: EntityName = "pay-topic") async throws {
        try await broker.topic(topic).unsubscribe(name)
        try await broker.deleteQueue(queueName(name, topic))
    }

    private func entry(
        _ name: EntityName, _ queue: QueueID, url: String, strategy: NotifyStrategy, format: NotifyContentFormat,
        filterTags: [MessageTag]
    ) throws -> SubscriptionEntry {
        let annotation = try SubscriptionAnnotation(
            endpoint: .http(url), strategy: strategy, format: format, topicOwner: 100_015_036)
        return SubscriptionEntry(
            name: name, queue: queue, filterTags: filterTags, annotation: annotation.encoded)
    }

    func queueName(_ name: EntityName, _ topic: EntityName = "pay-topic") -> EntityName {
        HTTPSubscriptionQueue.name(topic: topic, subscription: name)
    }

    @discardableResult
    func publish(_ body: String, to topic: EntityName = "pay-topic", tags: [String] = []) async throws -> MessageID {
        try await broker.topic(topic).publish(
            Bytes(body), properties: MessageProperties(tags: try tags.map { try MessageTag($0) }))
    }

    /// What waits for a subscriber, delayed or not.
    func waiting(_ name: EntityName, _ topic: EntityName = "pay-topic") async throws -> UInt64 {
        try await depth(of: queueName(name, topic))
    }

    func depth(of queue: EntityName) async throws -> UInt64 {
        let figures = try await broker.queue(queue).figures()
        return figures.waiting + figures.delayed
    }

    /// Rows of failing messages.
    func rowCount() async throws -> Int {
        try await broker.rows(RowRead(space: .state(ConsumerID(rawValue: 7)))).count
    }

    // MARK: - The push

    func settings(_ moneyTopics: Set<EntityName> = []) -> TopicFanOutSettings {
        TopicFanOutSettings(policy: policy, moneyTopics: moneyTopics)
    }

    /// Runs a push while `body` runs, then stops it gracefully. Chance always draws 15 s; requests are numbered.
    func running(
        _ settings: TopicFanOutSettings? = nil,
        _ body: @escaping @Sendable (TopicFanOut<Store>) async throws -> Void
    ) async throws {
        let chance = PushChance(
            requestID: { [self] in
                lastRequestID.withLock { last in
                    last += 1
                    return last
                }
            }, draw: { _ in 15_000 })
        let push = TopicFanOut(
            broker: try broker, client: client, time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings ?? self.settings(),
            chance: chance)
        try await testGracefulShutdown { trigger in
            async let run: Void = push.run()
            let outcome: Result<Void, any Error>
            do {
                try await body(push)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            trigger.triggerGracefulShutdown()
            try await run
            try outcome.get()
        }
    }
}

extension TopicFanOut {
    /// The subscriber's figures.
    func subscriber(_ name: EntityName) async -> SubscriberFigures? {
        await figures().subscribers.first { $0.subscription == name }
    }

    /// Waits until so many attempts failed.
    func failed(_ count: UInt64) async throws {
        try await until { await self.figures().counts.failedAttempts == count }
    }
}

/// Lets other tasks run until the condition holds; the suite's time limit is the bound.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
