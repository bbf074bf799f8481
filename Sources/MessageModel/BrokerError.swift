/// Why the broker did not do what it was asked. Nothing was changed, except where ``outcomeUnknown`` says that it may have been.
public enum BrokerError: Error, Sendable, Hashable {
    /// A name breaks the rule of ``EntityName``.
    case invalidName(String)
    /// A tag is empty or longer than ``Limits/tagByteCountMax``.
    case invalidTag(String)
    /// More than ``Limits/tagCountMax`` tags.
    case tooManyTags(count: Int)
    /// A routing or binding key above ``Limits/routingKeyByteCountMax`` or ``Limits/routingKeyWordCountMax``, or an empty binding key.
    case invalidRoutingKey(String)
    /// A topic that routes by key was given a message without routing key, or a subscription without binding key.
    case routingKeyMissing(topic: String)
    /// Properties above ``Limits/propertiesByteCountMax``.
    case propertiesTooLarge(byteCount: Int)
    /// A key that is empty or above ``Limits/idempotencyKeyByteCountMax``.
    case invalidIdempotencyKey(byteCount: Int)
    /// A body above the queue's or the store's largest.
    case bodyTooLarge(byteCount: Int, byteCountMax: Int)
    /// A batch that is empty or above ``Limits/batchCountMax``.
    case invalidBatchCount(Int)
    /// A batch above ``Limits/batchByteCountMax``.
    case batchTooLarge(byteCount: Int)
    /// A number outside its range; the text names it and the range.
    case outOfRange(String)
    /// No queue of this name.
    case queueNotFound(String)
    /// No topic of this name.
    case topicNotFound(String)
    /// No subscription of this name.
    case subscriptionNotFound(String)
    /// The name is taken by an entity with other attributes.
    case alreadyExists(String)
    /// The queue holds as many messages or bytes as it may; nothing was stored.
    case queueFull(queue: String, limit: String)
    /// The queue is the dead-letter queue of others and cannot be removed.
    case queueInUse(String)
    /// The queue keeps nothing for a rewind.
    case rewindOff(queue: String)
    /// The store holds as many of these as it may.
    case tooManyEntities(String)
    /// No subscription takes a message with these tags; nothing was stored.
    case noMatchingSubscription(topic: String)
    /// A receipt handle that is forged, of another queue, superseded or expired.
    case receiptInvalid
    /// The queue has ``Limits/leaseCountPerQueueMax`` unacknowledged deliveries.
    case tooManyUnacknowledged(queue: String)
    /// Too many calls wait already; try again later.
    case overloaded(String)
    /// The store refuses sends until room is freed; acknowledgements still pass.
    case storeFull(String)
    /// The commit failed in a way that leaves open whether it is on the disk: try again, with the same idempotency key.
    case outcomeUnknown(String)
    /// A consumer's row is not what the transaction expected; nothing was changed.
    case rowConflict
    /// A row of the store failed its check; it was set aside.
    case corrupted(String)
    /// The store is closed or closing.
    case closed
    /// The call was cancelled before anything was done.
    case cancelled
    /// The store's folder is in use by another process.
    case storeInUse(path: String)
    /// The store's folder holds something this program cannot read; the text says what.
    case storeUnusable(String)
    /// The operating system refused an operation.
    case system(operation: String, code: Int32)
}

extension BrokerError: CustomStringConvertible {
    /// One sentence for an operator: what was wrong, and what is allowed.
    public var description: String {
        switch self {
        case .invalidName(let name):
            "invalid name \"\(name)\": a letter, then letters, digits, - or _, at most \(Limits.nameByteCountMax) in all"
        case .invalidTag(let tag): "invalid tag \"\(tag)\": 1 to \(Limits.tagByteCountMax) bytes of UTF-8"
        case .tooManyTags(let count): "\(count) tags: at most \(Limits.tagCountMax) are allowed"
        case .invalidRoutingKey(let key):
            "invalid routing or binding key \"\(key)\": at most \(Limits.routingKeyByteCountMax) bytes and \(Limits.routingKeyWordCountMax) words"
        case .routingKeyMissing(let topic):
            "topic \"\(topic)\" routes by key: a message needs a routing key, a subscription at least one binding key"
        case .propertiesTooLarge(let count):
            "properties of \(count) bytes: at most \(Limits.propertiesByteCountMax) are allowed"
        case .invalidIdempotencyKey(let count):
            "idempotency key of \(count) bytes: 1 to \(Limits.idempotencyKeyByteCountMax) are allowed"
        case .bodyTooLarge(let count, let most): "body of \(count) bytes: at most \(most) are allowed"
        case .invalidBatchCount(let count): "batch of \(count): 1 to \(Limits.batchCountMax) are allowed"
        case .batchTooLarge(let count): "batch of \(count) bytes: at most \(Limits.batchByteCountMax) are allowed"
        case .outOfRange(let what): what
        case .queueNotFound(let name): "no queue is named \"\(name)\""
        case .topicNotFound(let name): "no topic is named \"\(name)\""
        case .subscriptionNotFound(let name): "no subscription is named \"\(name)\""
        case .alreadyExists(let name): "\"\(name)\" exists already with other attributes"
        case .queueFull(let queue, let limit): "queue \"\(queue)\" is full: \(limit)"
        case .queueInUse(let name): "queue \"\(name)\" is the dead-letter queue of others: unbind it there first"
        case .rewindOff(let queue): "queue \"\(queue)\" keeps no acknowledged messages: it cannot be rewound"
        case .tooManyEntities(let what): "the store holds the largest number of \(what) already"
        case .noMatchingSubscription(let topic):
            "no subscription of topic \"\(topic)\" takes these tags; nothing was stored"
        case .receiptInvalid: "the receipt handle is forged, superseded, expired or of another queue"
        case .tooManyUnacknowledged(let queue):
            "queue \"\(queue)\" has \(Limits.leaseCountPerQueueMax) unacknowledged deliveries"
        case .overloaded(let what): "overloaded: \(what); try again later"
        case .storeFull(let what): "the store is full: \(what); acknowledgements still pass"
        case .outcomeUnknown(let what):
            "unknown whether this was stored (\(what)): try again with the same idempotency key"
        case .rowConflict: "a row changed since it was read; nothing was committed"
        case .corrupted(let what): "corrupted row set aside: \(what)"
        case .closed: "the store is closed"
        case .cancelled: "cancelled"
        case .storeInUse(let path): "another process uses the store at \(path)"
        case .storeUnusable(let what): what
        case .system(let operation, let code): "\(operation) failed: error \(code)"
        }
    }
}
