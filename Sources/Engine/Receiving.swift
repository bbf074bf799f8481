public import MessageModel

/// Asks for messages of one queue.
public struct ReceiveRequest: Sendable {
    /// The queue.
    public var queue: QueueID
    /// 1…``MessageModel/Limits/batchCountMax``.
    public var countMax: Int
    /// Milliseconds the messages stay hidden; nil takes the queue's own setting. 1…``MessageModel/Limits/visibilityMillisMax``.
    public var visibilityMillis: UInt64?
    /// Milliseconds to wait for the first message, at most ``MessageModel/Limits/pollMillisMax``.
    public var waitMillis: UInt64
    /// The caller is the queue's only consumer and wants its messages in the order of their sequences.
    ///
    /// Leases given before this start of the engine are void at once, because whoever held them ended with it; and nothing is delivered
    /// while a delivery of this start is open, so nothing overtakes a message that is not settled. What was sent or released with a delay is
    /// passed over until it is due, what is damaged for good.
    public var isExclusive: Bool
    /// What the caller calls itself in traces, at most ``MessageModel/Limits/consumerLabelByteCountMax`` bytes.
    public var consumer: String

    /// Asks for up to `countMax` messages.
    public init(
        queue: QueueID, countMax: Int, visibilityMillis: UInt64? = nil, waitMillis: UInt64 = 0,
        isExclusive: Bool = false, consumer: String = ""
    ) {
        self.queue = queue
        self.countMax = countMax
        self.visibilityMillis = visibilityMillis
        self.waitMillis = waitMillis
        self.isExclusive = isExclusive
        self.consumer = consumer
    }
}

/// One message, leased to whoever holds the receipt until `hiddenUntil`.
public struct Delivery<Receipt: EngineReceipt>: Sendable {
    /// Where the message entered; with `sourceSequence` its identity.
    public var source: SourceID
    /// Its sequence there.
    public var sourceSequence: SequenceNumber
    /// Tags, routing key, headers.
    public var properties: MessageProperties
    /// The body.
    public var body: Bytes
    /// When this queue took it.
    public var enqueuedAt: Timestamp
    /// When it was first delivered; this moment at the first delivery.
    public var firstReceivedAt: Timestamp
    /// 1 at the first delivery. After a crash it may lack deliveries of the last 100 ms, it is never too high.
    public var deliveryCount: Int
    /// End of this lease.
    public var hiddenUntil: Timestamp
    /// Settles this delivery.
    public var receipt: Receipt
    /// Where the message comes from, in a dead-letter queue; nil elsewhere.
    public var origin: DeadLetterOrigin?

    /// Joins the members.
    public init(
        source: SourceID, sourceSequence: SequenceNumber, properties: MessageProperties, body: Bytes,
        enqueuedAt: Timestamp,
        firstReceivedAt: Timestamp, deliveryCount: Int, hiddenUntil: Timestamp, receipt: Receipt,
        origin: DeadLetterOrigin? = nil
    ) {
        self.source = source
        self.sourceSequence = sourceSequence
        self.properties = properties
        self.body = body
        self.enqueuedAt = enqueuedAt
        self.firstReceivedAt = firstReceivedAt
        self.deliveryCount = deliveryCount
        self.hiddenUntil = hiddenUntil
        self.receipt = receipt
        self.origin = origin
    }
}

/// What to do with one delivery.
public struct Settlement<Receipt: EngineReceipt>: Sendable {
    /// The choices.
    public enum Action: Sendable, Hashable {
        /// Done: the message leaves the queue.
        case acknowledge
        /// Not done: visible again after so many milliseconds, which survive a restart. 0 is at once.
        case release(delayMillis: UInt64)
        /// Still working: hidden for so many milliseconds from now.
        case extend(visibilityMillis: UInt64)
    }

    /// Names the delivery.
    public var receipt: Receipt
    /// The choice.
    public var action: Action

    /// Joins receipt and action.
    public init(_ receipt: Receipt, _ action: Action) {
        self.receipt = receipt
        self.action = action
    }
}

/// What became of one settlement.
public enum SettleOutcome: Sendable, Hashable {
    /// Done; repeating the very same acknowledgement later is also answered so.
    case done
    /// Nothing changed, for this reason.
    case refused(BrokerError)
}
