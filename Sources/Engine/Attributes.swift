public import MessageModel

/// Settings of a queue. What the embedding program does not say is off or unlimited; the queue API fills in CMQ's defaults
/// (`cmq-protocol.md` §3.1).
public struct QueueAttributes: Sendable, Hashable {
    /// Milliseconds a received message stays hidden, 1…``MessageModel/Limits/visibilityMillisMax``.
    public var visibilityMillis: UInt64
    /// Largest body it takes, 1…``MessageModel/Limits/bodyByteCountMax``.
    public var bodyByteCountMax: Int
    /// Milliseconds a receive waits that does not say, at most ``MessageModel/Limits/pollMillisMax``. For the API's use.
    public var pollMillis: UInt64 = 0
    /// Milliseconds after which a message that nobody acknowledged expires, counted from when the queue took it: it goes to the dead-letter
    /// queue where there is one, else it is dropped. Nil: never. ``MessageModel/Limits/retentionMillisMin``…``MessageModel/Limits/retentionMillisMax``.
    public var retentionMillis: UInt64?
    /// Milliseconds an acknowledged message is kept, counted from when the queue took it, so that a rewind finds it. 0: not at all; never beyond
    /// the retention; at most ``MessageModel/Limits/retentionMillisMax``.
    public var rewindMillis: UInt64 = 0
    /// Messages the queue holds (waiting, leased, delayed) before sends to it are refused; nil: no limit.
    public var messageCountMax: UInt64?
    /// Raw bytes the queue holds before sends to it are refused; nil: no limit.
    public var byteCountMax: UInt64?
    /// Where messages go that were delivered too often or waited too long; nil: they stay.
    public var deadLetter: DeadLetterPolicy?
    /// Receives find nothing while this is set; sends are taken.
    public var isPaused = false
    /// Whether it is recorded who received each message, when and how often.
    public var isTraced = false

    /// A queue's settings.
    public init(
        visibilityMillis: UInt64 = Limits.visibilityMillisDefault, bodyByteCountMax: Int = Limits.bodyByteCountMax
    ) {
        self.visibilityMillis = visibilityMillis
        self.bodyByteCountMax = bodyByteCountMax
    }
}

/// When messages of a queue move to its dead-letter queue: at least one of the two rules. The move is one transaction and keeps the origin.
public struct DeadLetterPolicy: Sendable, Hashable {
    /// The dead-letter queue; it must not have a policy of its own.
    public var queue: QueueID
    /// Deliveries after which a message that comes back moves, 1…``MessageModel/Limits/deliveryCountMax``.
    public var deliveryCountMax: Int?
    /// Milliseconds after which an unacknowledged message moves, counted from when the queue took it; below the queue's retention.
    public var ageMillisMax: UInt64?

    /// Joins the members.
    public init(queue: QueueID, deliveryCountMax: Int? = nil, ageMillisMax: UInt64? = nil) {
        self.queue = queue
        self.deliveryCountMax = deliveryCountMax
        self.ageMillisMax = ageMillisMax
    }
}

/// Settings of a topic.
public struct TopicAttributes: Sendable, Hashable {
    /// How a topic decides who takes a message (`cmq-protocol.md` §4.3).
    public enum Routing: UInt8, Sendable, Hashable {
        /// By the message's tags and the subscriptions' filter tags.
        case tags = 1
        /// By the message's routing key and the subscriptions' binding keys.
        case routingKey = 2
    }

    /// Largest body it takes, 1…``MessageModel/Limits/bodyByteCountMax``.
    public var bodyByteCountMax: Int
    /// How it routes; fixed when the topic is made.
    public var routing: Routing
    /// Whether it is recorded what was published and which queues took it.
    public var isTraced: Bool

    /// A topic's settings.
    public init(
        bodyByteCountMax: Int = Limits.bodyByteCountMax, routing: Routing = .tags, isTraced: Bool = false
    ) {
        self.bodyByteCountMax = bodyByteCountMax
        self.routing = routing
        self.isTraced = isTraced
    }
}
