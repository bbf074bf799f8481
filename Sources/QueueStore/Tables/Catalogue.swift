internal import Engine
internal import MessageModel
internal import TopicRouting

/// The store's own description in memory: format, hash keys, queues, topics, subscriptions. Immutable; a change makes a new one.
struct Catalogue: Sendable {
    var format: FormatRow
    var topology: Topology
    /// Who takes what is published to a topic.
    private(set) var routing: [TopicID: TopicRoutes] = [:]
    private var queuesByID: [QueueID: QueueEntry] = [:]
    private var topicsByID: [TopicID: TopicEntry] = [:]
    /// Whether any queue has a limit of messages or bytes.
    let hasLimits: Bool
    /// Queues whose messages are traced.
    let traced: Set<QueueID>

    init(format: FormatRow, topology: Topology) {
        self.format = format
        self.topology = topology
        hasLimits = topology.queues.values.contains {
            $0.attributes.messageCountMax != nil || $0.attributes.byteCountMax != nil
        }
        let tracedTargets = topology.topics.values.filter(\.attributes.isTraced).flatMap(\.subscriptions).map(\.queue)
        traced = Set(topology.queues.values.filter(\.attributes.isTraced).map(\.id) + tracedTargets)
        for entry in topology.queues.values { queuesByID[entry.id] = entry }
        for entry in topology.topics.values {
            topicsByID[entry.id] = entry
            routing[entry.id] = TopicRoutes(entry)
        }
    }

    /// Hashes idempotency keys.
    var hasher: SipHash { SipHash(key0: format.keys.0, key1: format.keys.1) }
    /// Mints message ids.
    var minter: MessageIDMinter { MessageIDMinter(key0: format.keys.2, key1: format.keys.3) }
    /// Authenticates receipts of this epoch.
    var receiptHasher: SipHash {
        SipHash(key0: format.keys.3 ^ UInt64(format.epoch &- 1), key1: format.keys.0)
    }

    func queue(_ id: QueueID) -> QueueEntry? { queuesByID[id] }
    func attributes(_ id: QueueID) -> QueueAttributes? { queuesByID[id]?.attributes }
    /// Largest body a source takes.
    func bodyByteCountMax(_ source: SourceID) -> Int {
        if let topic = source.topicID {
            return topicsByID[topic]?.attributes.bodyByteCountMax ?? Limits.bodyByteCountMax
        }
        return source.queueID.flatMap { queuesByID[$0]?.attributes.bodyByteCountMax } ?? Limits.bodyByteCountMax
    }
    func topic(_ id: TopicID) -> TopicEntry? { topicsByID[id] }
    /// Queues whose dead-letter queue this is.
    func deadLetterSources(of id: QueueID) -> [QueueEntry] {
        queuesByID.values.filter { $0.attributes.deadLetter?.queue == id }
    }

    func topicName(_ id: TopicID) -> String { topicsByID[id]?.name.text ?? "\(id.rawValue)" }
}

/// The routes of one topic: at most 64, so the ones that take a message are the bits of one word.
struct TopicRoutes: Sendable {
    let targets: [QueueID]
    /// True where a message must carry a routing key.
    let needsRoutingKey: Bool
    private let table: RoutingTable<QueueID>
    private let all: UInt64

    init(_ topic: TopicEntry) {
        targets = topic.subscriptions.map(\.queue)
        needsRoutingKey = topic.attributes.routing == .routingKey
        table = RoutingTable(
            topic.subscriptions.map { subscription in
                RoutingTable.Route(
                    target: subscription.queue,
                    selector: topic.attributes.routing == .tags
                        ? .filter(subscription.filterTags) : .binding(subscription.bindingKeys))
            })
        all = targets.count >= 64 ? .max : 1 << UInt64(targets.count) - 1
    }

    /// Which routes take `message`.
    func bits(_ message: OutgoingMessage) -> UInt64 {
        guard !table.takesEverything else { return all }
        let properties = message.properties
        let matching = table.matches(
            table.looksAtKeys ? [] : properties.tags, routingKey: table.looksAtKeys ? properties.routingKey : "")
        return matching.reduce(0) { $0 | 1 << UInt64($1) }
    }
}
