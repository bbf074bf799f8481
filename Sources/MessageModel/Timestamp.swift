/// A moment: milliseconds since 1970-01-01T00:00:00Z, stored in 6 bytes (good until the year 10889).
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970.
    public let milliseconds: UInt64

    /// Wraps a count of milliseconds since 1970; values that do not fit in 6 bytes are held at the largest.
    @inlinable
    public init(milliseconds: UInt64) { self.milliseconds = min(milliseconds, 0xFFFF_FFFF_FFFF) }

    /// 1970-01-01T00:00:00Z; also «never» where a field says so.
    public static let zero = Timestamp(milliseconds: 0)
    /// Later than anything that is stored.
    public static let distantFuture = Timestamp(milliseconds: 0xFFFF_FFFF_FFFF)

    /// Earlier is less.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment `milliseconds` later.
    @inlinable
    public func adding(milliseconds more: UInt64) -> Timestamp {
        Timestamp(milliseconds: milliseconds.addingReportingOverflow(more).overflow ? .max : milliseconds + more)
    }

    /// Milliseconds from `earlier` to this moment; 0 where `earlier` is not earlier.
    @inlinable
    public func millisecondsSince(_ earlier: Timestamp) -> UInt64 {
        milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0
    }
}
