public import MessageModel

/// A topic as either API describes it.
public struct TopicDescription: Sendable {
    /// Its id in text, for the client's eyes only.
    public var id: String
    /// Its name as its maker spelled it.
    public var name: EntityName
    /// Its settings.
    public var settings: TopicSettings
    /// When it was made.
    public var createdAt: Timestamp
    /// When its settings changed last.
    public var changedAt: Timestamp
    /// Messages that wait in the queues of its HTTP subscriptions.
    public var waitingCount: UInt64
    /// Subscriptions it has.
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
