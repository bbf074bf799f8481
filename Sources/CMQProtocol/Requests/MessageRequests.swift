public import MessageModel

/// SendMessage, BatchSendMessage, SendCmqMsg.
public struct SendMessages: Sendable, Hashable {
    /// The queue.
    public var queue: EntityName
    /// 1…16 bodies, none empty, UTF-8, together at most 1 MiB; in the order of their indices. All or nothing.
    public var bodies: [Bytes]
    /// Seconds until they are visible.
    public var delaySeconds: UInt64

    /// Joins the members.
    public init(queue: EntityName, bodies: [Bytes], delaySeconds: UInt64 = 0) {
        self.queue = queue
        self.bodies = bodies
        self.delaySeconds = delaySeconds
    }
}

/// ReceiveMessage, BatchReceiveMessage.
public struct ReceiveMessages: Sendable, Hashable {
    /// The queue.
    public var queue: EntityName
    /// 1…16.
    public var countMax: Int
    /// Seconds to wait for the first message, 0…30; nil takes the queue's setting.
    public var waitSeconds: UInt64?

    /// Joins the members.
    public init(queue: EntityName, countMax: Int = 1, waitSeconds: UInt64? = nil) {
        self.queue = queue
        self.countMax = countMax
        self.waitSeconds = waitSeconds
    }
}

/// DeleteMessage, BatchDeleteMessage.
public struct DeleteMessages: Sendable, Hashable {
    /// The queue.
    public var queue: EntityName
    /// 1…16 handles, each 1…256 of `[A-Za-z0-9%#:_-]`.
    public var receiptHandles: [String]
    /// A batch names what failed handle by handle.
    public var isBatch: Bool

    /// Joins the members.
    public init(queue: EntityName, receiptHandles: [String], isBatch: Bool) {
        self.queue = queue
        self.receiptHandles = receiptHandles
        self.isBatch = isBatch
    }
}

/// PublishMessage, BatchPublishMessage, PublishCmqMsg.
public struct PublishMessages: Sendable, Hashable {
    /// The topic.
    public var topic: EntityName
    /// As ``SendMessages/bodies``.
    public var bodies: [Bytes]
    /// At most 5; empty ones were left out.
    public var tags: [MessageTag]
    /// At most 64 bytes and 15 dots; empty where there is none. API 3.0 has one field for tags and key: its only tag stands here too, and a topic
    /// that routes by tags ignores it.
    public var routingKey: String

    /// Joins the members.
    public init(topic: EntityName, bodies: [Bytes], tags: [MessageTag] = [], routingKey: String = "") {
        self.topic = topic
        self.bodies = bodies
        self.tags = tags
        self.routingKey = routingKey
    }
}
