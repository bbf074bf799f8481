public import MessageModel

/// A subscription as either API describes it.
public struct SubscriptionDescription: Sendable {
    /// Its id in text, for the client's eyes only.
    public var id: String
    /// Its topic.
    public var topic: EntityName
    /// Its name as its maker spelled it.
    public var name: EntityName
    /// Where its messages go.
    public var endpoint: SubscriptionEndpoint
    /// How failed pushes are repeated.
    public var strategy: NotifyStrategy
    /// What is pushed.
    public var format: NotifyContentFormat
    /// Tags it wants; none means all.
    public var filterTags: [MessageTag]
    /// Keys it wants.
    public var bindingKeys: [BindingKey]
    /// When it was made.
    public var createdAt: Timestamp
    /// When its settings changed last.
    public var changedAt: Timestamp
    /// Messages that wait for this subscriber.
    public var waitingCount: UInt64
    /// The account number that pushes name as the topic's owner.
    public var topicOwner: UInt64

    /// Joins the members.
    public init(
        id: String, topic: EntityName, name: EntityName, endpoint: SubscriptionEndpoint, strategy: NotifyStrategy,
        format: NotifyContentFormat, filterTags: [MessageTag], bindingKeys: [BindingKey], createdAt: Timestamp,
        changedAt: Timestamp, waitingCount: UInt64, topicOwner: UInt64 = 0
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
        self.topicOwner = topicOwner
    }
}
