/// The store's number of a queue. Given out by a counter, never reused; at most ``Limits/entityIDMax``.
public struct QueueID: Sendable, Hashable, Comparable {
    /// The number as stored in keys.
    public let rawValue: UInt32
    /// Wraps a stored number.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Numeric order, which is the order of keys.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The store's number of a topic. Given out by a counter, never reused; at most ``Limits/entityIDMax``.
public struct TopicID: Sendable, Hashable, Comparable {
    /// The number as stored in keys.
    public let rawValue: UInt32
    /// Wraps a stored number.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Numeric order, which is the order of keys.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Where a message entered: a queue (send) or a topic (publish). It is half of the message's identity.
public struct SourceID: Sendable, Hashable, Comparable {
    /// Queue id, or topic id with the top bit set, as stored in block headers.
    public let rawValue: UInt32

    /// Wraps a stored number.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The source of messages sent to a queue.
    @inlinable
    public static func queue(_ id: QueueID) -> SourceID { SourceID(rawValue: id.rawValue) }

    /// The source of messages published to a topic.
    @inlinable
    public static func topic(_ id: TopicID) -> SourceID { SourceID(rawValue: id.rawValue | 0x8000_0000) }

    /// True for a topic.
    @inlinable
    public var isTopic: Bool { rawValue & 0x8000_0000 != 0 }

    /// The queue, or nil for a topic.
    @inlinable
    public var queueID: QueueID? { isTopic ? nil : QueueID(rawValue: rawValue) }

    /// The topic, or nil for a queue.
    @inlinable
    public var topicID: TopicID? { isTopic ? TopicID(rawValue: rawValue & 0x7FFF_FFFF) : nil }

    /// Order of keys.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Names the owner of a set of state rows: a consumer that commits changed rows together with its acknowledgements.
public struct ConsumerID: Sendable, Hashable {
    /// The number as stored in keys.
    public let rawValue: UInt32
    /// Wraps a number chosen by the program; it must stay the same for ever.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A message's place at its source or in a queue. Given out in order, never reused.
public typealias SequenceNumber = UInt64
