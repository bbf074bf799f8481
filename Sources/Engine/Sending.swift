public import MessageModel

/// One message on its way in.
public struct OutgoingMessage: Sendable {
    /// The body, taken as it comes.
    public var body: Bytes
    /// Tags, routing key, headers.
    public var properties: MessageProperties
    /// Milliseconds until it becomes visible, at most ``MessageModel/Limits/delayMillisMax``; 0 at topics.
    public var delayMillis: UInt64
    /// Makes the send repeatable.
    public var key: IdempotencyKey?

    /// A message without properties, delay or key unless they are given.
    public init(
        body: Bytes, properties: MessageProperties = .none, delayMillis: UInt64 = 0, key: IdempotencyKey? = nil
    ) {
        self.body = body
        self.properties = properties
        self.delayMillis = delayMillis
        self.key = key
    }
}

/// Messages for one queue (a send) or one topic (a publish), 1…``MessageModel/Limits/batchCountMax``.
public struct SendBatch: Sendable {
    /// Where they enter.
    public var source: SourceID
    /// The messages, in order.
    public var messages: [OutgoingMessage]

    /// Joins source and messages.
    public init(source: SourceID, messages: [OutgoingMessage]) {
        self.source = source
        self.messages = messages
    }
}

/// What became of one message of a batch.
public enum SendOutcome: Sendable, Hashable {
    /// On the disk, under this sequence of its source.
    case stored(SequenceNumber)
    /// Its key was seen before; this is the first one's sequence. Nothing was stored.
    case duplicate(SequenceNumber)
    /// Not stored, for this reason.
    case refused(BrokerError)
}
