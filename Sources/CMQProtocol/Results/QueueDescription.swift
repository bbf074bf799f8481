public import MessageModel

/// A queue as either API describes it: all settings resolved, counts exact at one moment.
public struct QueueDescription: Sendable {
    /// Its id in text, for the client's eyes only.
    public var id: String
    /// Its name as its maker spelled it.
    public var name: EntityName
    /// Its settings.
    public var settings: QueueSettings
    /// When it was made.
    public var createdAt: Timestamp
    /// When its settings changed last.
    public var changedAt: Timestamp
    /// Messages that can be received.
    public var activeCount: UInt64
    /// Messages that are received and not deleted yet.
    public var inactiveCount: UInt64
    /// Messages whose time has not come.
    public var delayedCount: UInt64
    /// Deleted messages that a rewind would bring back.
    public var rewindableCount: UInt64
    /// Longest delay of a send that is taken for it, in seconds.
    public var delaySecondsMax: UInt64
    /// When the oldest unconsumed message came; the present where there is none.
    public var oldestAt: Timestamp
    /// Names and ids of queues whose dead letters it takes.
    public var deadLetterSources: [(id: String, name: EntityName)]

    /// Joins the members.
    public init(
        id: String, name: EntityName, settings: QueueSettings, createdAt: Timestamp, changedAt: Timestamp,
        activeCount: UInt64, inactiveCount: UInt64, delayedCount: UInt64, rewindableCount: UInt64,
        delaySecondsMax: UInt64,
        oldestAt: Timestamp, deadLetterSources: [(id: String, name: EntityName)] = []
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
        self.delaySecondsMax = delaySecondsMax
        self.oldestAt = oldestAt
        self.deadLetterSources = deadLetterSources
    }
}
