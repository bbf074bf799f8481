public import MessageModel

/// A queue as either API describes it: all settings resolved, counts exact at one moment.
public struct QueueDescription: Sendable {
    public var id: String
    public var name: EntityName
    public var settings: QueueSettings
    public var createdAt: Timestamp
    public var changedAt: Timestamp
    /// Messages that can be received.
    public var activeCount: UInt64
    /// Messages that are received and not deleted yet.
    public var inactiveCount: UInt64
    /// Messages whose time has not come.
    public var delayedCount: UInt64
    /// Deleted messages that a rewind would bring back.
    public var rewindableCount: UInt64
    /// When the oldest unconsumed message came; the present where there is none.
    public var oldestAt: Timestamp
    /// Names and ids of queues whose dead letters it takes.
    public var deadLetterSources: [(id: String, name: EntityName)]

    /// Joins the members.
    public init(
        id: String, name: EntityName, settings: QueueSettings, createdAt: Timestamp, changedAt: Timestamp,
        activeCount: UInt64, inactiveCount: UInt64, delayedCount: UInt64, rewindableCount: UInt64, oldestAt: Timestamp,
        deadLetterSources: [(id: String, name: EntityName)] = []
    ) {
        self.id = id
        self.name = name
        self.settings = settings
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.activeCount = activeCount
        self.inactiveCount = inactiveCount
        self.delayedCount = delayedCount
        self.rewindableCount = rewindableCount
        self.oldestAt = oldestAt
        self.deadLetterSources = deadLetterSources
    }
}

/// A topic as either API describes it.
public struct TopicDescription: Sendable {
    public var id: String
    public var name: EntityName
    public var settings: TopicSettings
    public var createdAt: Timestamp
    public var changedAt: Timestamp
    /// Messages that wait in the queues of its HTTP subscriptions.
    public var waitingCount: UInt64
    public var subscriptionCount: Int

    /// Joins the members.
    public init(
        id: String, name: EntityName, settings: TopicSettings, createdAt: Timestamp, changedAt: Timestamp,
        waitingCount: UInt64, subscriptionCount: Int
    ) {
        self.id = id
        self.name = name
        self.settings = settings
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.waitingCount = waitingCount
        self.subscriptionCount = subscriptionCount
    }
}

/// A subscription as either API describes it.
public struct SubscriptionDescription: Sendable {
    public var id: String
    public var topic: EntityName
    public var name: EntityName
    public var endpoint: SubscriptionEndpoint
    public var strategy: NotifyStrategy
    public var format: NotifyContentFormat
    public var filterTags: [MessageTag]
    public var bindingKeys: [BindingKey]
    public var createdAt: Timestamp
    public var changedAt: Timestamp
    /// Messages that wait for this subscriber.
    public var waitingCount: UInt64

    /// Joins the members.
    public init(
        id: String, topic: EntityName, name: EntityName, endpoint: SubscriptionEndpoint, strategy: NotifyStrategy,
        format: NotifyContentFormat, filterTags: [MessageTag], bindingKeys: [BindingKey], createdAt: Timestamp,
        changedAt: Timestamp, waitingCount: UInt64
    ) {
        self.id = id
        self.topic = topic
        self.name = name
        self.endpoint = endpoint
        self.strategy = strategy
        self.format = format
        self.filterTags = filterTags
        self.bindingKeys = bindingKeys
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.waitingCount = waitingCount
    }
}
