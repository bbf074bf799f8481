public import MessageModel

/// What the push to topic subscribers did since its start, and how its subscribers are.
public struct FanOutFigures: Sendable, Equatable {
    /// What was done.
    public var counts = FanOutCounts()
    /// Subscribers that are served.
    public var subscriberCount = 0
    /// Of these, those whose last push was not taken.
    public var failingCount = 0
    /// Subscriptions that should be pushed to and cannot be: their annotation or queue is not what the API makes.
    public var unusableCount = 0
    /// Pushes that wait for a place.
    public var waitingForSlotCount = 0
    /// The subscribers, at most ``TopicFanOutLimits/subscriberFiguresCountMax``: failing ones first, then by name.
    public var subscribers: [SubscriberFigures] = []
}

/// Counts since the start.
public struct FanOutCounts: Sendable, Equatable {
    /// Pushes that were taken.
    public var delivered: UInt64 = 0
    /// Pushes that were not, each attempt counted.
    public var failedAttempts: UInt64 = 0
    /// Messages whose ladder ended and that were dropped.
    public var dropped: UInt64 = 0
    /// Messages of topics of money that moved to a dead-letter queue.
    public var deadLettered: UInt64 = 0
    /// Messages whose time was over before they were taken; dropped, or moved where money is concerned and then counted there too.
    public var expired: UInt64 = 0
    /// Pushes that were not made for a reason of ours.
    public var notSent: UInt64 = 0
    /// Results that the store did not take: those messages are pushed again.
    public var notCommitted: UInt64 = 0

    static func += (left: inout FanOutCounts, right: FanOutCounts) {
        left.delivered += right.delivered
        left.failedAttempts += right.failedAttempts
        left.dropped += right.dropped
        left.deadLettered += right.deadLettered
        left.expired += right.expired
        left.notSent += right.notSent
        left.notCommitted += right.notCommitted
    }
}

/// One subscriber.
public struct SubscriberFigures: Sendable, Equatable {
    /// Its topic.
    public var topic: EntityName
    /// Its subscription.
    public var subscription: EntityName
    /// Messages that wait for it; exact at one moment. Nil where the store did not tell.
    public var waiting: UInt64?
    /// Since when no push was taken; nil where the last one was.
    public var failingSince: Timestamp?
    /// Attempts of the message that is tried next; 0 where none failed.
    public var attemptCount = 0
    /// When it is tried next.
    public var nextAttemptAt: Timestamp?
    /// What the last push came to: a status, or a word of a bounded set; empty before the first.
    public var lastOutcome = ""
    /// When the last push ended.
    public var lastAttemptAt: Timestamp?
    /// What was done for it.
    public var counts = FanOutCounts()
}
