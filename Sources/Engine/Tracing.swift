public import MessageModel

/// One thing that happened to a message of a traced queue or topic.
public struct TraceEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: UInt8, Sendable, Hashable {
        /// The queue took it.
        case enqueued = 1
        /// It was delivered to a consumer.
        case delivered = 2
        /// A consumer acknowledged it.
        case acknowledged = 3
        /// A consumer gave it back.
        case released = 4
        /// It moved to the dead-letter queue.
        case deadLettered = 5
        /// Its retention ended.
        case expired = 6
    }

    /// What happened.
    public var kind: Kind
    /// Where.
    public var queue: QueueID
    /// When.
    public var at: Timestamp
    /// Which delivery it concerns, counted from 1; 0 where none.
    public var deliveryCount: Int
    /// Who, as the receive named itself; empty where it did not.
    public var consumer: String

    /// Joins the members.
    public init(kind: Kind, queue: QueueID, at: Timestamp, deliveryCount: Int = 0, consumer: String = "") {
        self.kind = kind
        self.queue = queue
        self.at = at
        self.deliveryCount = deliveryCount
        self.consumer = consumer
    }
}

/// Where a message in a dead-letter queue comes from.
public struct DeadLetterOrigin: Sendable, Hashable {
    /// Why it moved.
    public enum Reason: UInt8, Sendable, Hashable {
        /// It was delivered ``DeadLetterPolicy/deliveryCountMax`` times.
        case deliveryCount = 1
        /// It waited longer than ``DeadLetterPolicy/ageMillisMax``.
        case age = 2
        /// Its retention ended.
        case retention = 3
    }

    /// The queue it came from.
    public var queue: QueueID
    /// Its sequence there.
    public var sequence: SequenceNumber
    /// When that queue took it.
    public var enqueuedAt: Timestamp
    /// How often it was delivered there.
    public var deliveryCount: Int
    /// Why it moved.
    public var reason: Reason

    /// Joins the members.
    public init(
        queue: QueueID, sequence: SequenceNumber, enqueuedAt: Timestamp, deliveryCount: Int, reason: Reason
    ) {
        self.queue = queue
        self.sequence = sequence
        self.enqueuedAt = enqueuedAt
        self.deliveryCount = deliveryCount
        self.reason = reason
    }
}
