public import MessageModel

/// What an operator may decide about the calls of the queue API.
public struct QueueOperationSettings: Sendable {
    /// Longest delay of a send, 0…6,048,000 seconds; a call beyond it is refused.
    public var delaySecondsMax = QueueAPILimits.delaySecondsDefault
    /// Delayed messages of one queue before further delayed sends over the API are refused.
    public var delayedCountMax = QueueAPILimits.delayedCountMax
    /// What no call may take away.
    public var moneyRules = MoneyRules()
    /// Why an HTTP endpoint may not be pushed to, in one sentence; nil where it may.
    public var endpointObjection: @Sendable (String) -> String?

    /// The defaults.
    public init(endpointObjection: @escaping @Sendable (String) -> String?) {
        self.endpointObjection = endpointObjection
    }
}

/// The road of payments, which no call of the API can narrow or cut (`design.md` §4).
public struct MoneyRules: Sendable {
    /// Topics that are neither made, changed nor deleted, and whose publishes are never answered «no subscriber».
    public var topics: Set<EntityName> = []
    /// Subscriptions of these topics that are neither made, changed nor removed.
    public var subscriptions: Set<EntityName> = []
    /// Queues that are neither made, changed, cleared nor deleted.
    public var queues: Set<EntityName> = []
    /// Beginnings of names of further such queues, lower case.
    public var queuePrefixes: [String] = []

    /// Nothing is protected.
    public init() {}

    /// Whether the queue is one of those that no call takes away.
    func protects(queue name: EntityName) -> Bool {
        queues.contains(name) || queuePrefixes.contains { name.folded.starts(with: $0.utf8) }
    }
}
