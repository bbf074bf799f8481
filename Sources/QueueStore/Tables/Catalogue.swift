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

    init(format: FormatRow, topology: Topology) {
        self.format = format
        self.topology = topology
        for entry in topology.queues.values { queuesByID[entry.id] = entry }
        for entry in topology.topics.values {
            topicsByID[entry.id] = entry
            routing[entry.id] = TopicRoutes(entry.subscriptions)
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
    func topic(_ id: TopicID) -> TopicEntry? { topicsByID[id] }
    func topicName(_ id: TopicID) -> String { topicsByID[id]?.name.text ?? "\(id.rawValue)" }
}

/// The routes of one topic: at most 64, so the ones that take a message are the bits of one word.
struct TopicRoutes: Sendable {
    let targets: [QueueID]
    private let table: RoutingTable<QueueID>
    private let all: UInt64

    init(_ subscriptions: [SubscriptionEntry]) {
        targets = subscriptions.map(\.queue)
        table = RoutingTable(subscriptions.map { .init(target: $0.queue, filterTags: $0.filterTags) })
        all = subscriptions.count >= 64 ? .max : 1 << UInt64(subscriptions.count) - 1
    }

    /// Which routes take `message`.
    func bits(_ message: OutgoingMessage) -> UInt64 {
        guard !table.takesEverything else { return all }
        return table.matches(message.properties.tags).reduce(0) { $0 | 1 << UInt64($1) }
    }
}
