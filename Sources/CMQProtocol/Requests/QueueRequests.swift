public import MessageModel

/// Settings of a queue as a call gives them; what is nil keeps its value, or takes CMQ's default where the queue is made
/// (`cmq-protocol.md` §3.1). Ranges were checked; what two of them say together was not.
public struct QueueSettings: Sendable, Hashable {
    /// Messages it may hold.
    public var messageCountMax: UInt64?
    /// 0…30.
    public var pollSeconds: UInt64?
    /// 1…43,200.
    public var visibilitySeconds: UInt64?
    /// Bytes, 1,024…1,048,576.
    public var bodyByteCountMax: Int?
    /// 30…1,296,000.
    public var retentionSeconds: UInt64?
    /// 0…1,296,000.
    public var rewindSeconds: UInt64?
    /// The dead-letter policy to bind; nil leaves it.
    public var deadLetter: DeadLetterSettings?
    /// Takes the dead-letter policy away: API 2.0's way is a blank name. Never together with ``deadLetter``.
    public var unbindsDeadLetter = false
    /// Whether messages are traced.
    public var isTraced: Bool?

    /// Changes nothing.
    public init() {}
}

/// A dead-letter policy as a call gives it.
public struct DeadLetterSettings: Sendable, Hashable {
    /// When a message moves.
    public enum Rule: Sendable, Hashable {
        /// Received so often, 1…1,000 (policy 0).
        case receiveCount(Int)
        /// Unconsumed for so many seconds, 300…43,200 (policy 1).
        case ageSeconds(UInt64)
    }

    /// The dead-letter queue.
    public var queue: EntityName
    /// When a message moves there.
    public var rule: Rule

    /// Joins the members.
    public init(queue: EntityName, rule: Rule) {
        self.queue = queue
        self.rule = rule
    }
}

/// Which part of a list is asked for.
public struct EntityListing: Sendable, Hashable {
    /// Names that contain this text, whatever its case; empty takes all.
    public var searchWord = ""
    /// Only these names, where not nil; an empty list takes none.
    public var names: [String]?
    /// Matches to pass over.
    public var offset = 0
    /// Matches to return.
    public var limit = 20

    /// The first twenty.
    public init() {}
}
