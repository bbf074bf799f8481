public import TopicConsumer

/// What a service that keeps definitions tells of itself, for status and metrics.
public struct KeeperFigures: Sendable, Equatable {
    /// Orders taken into account and committed since the start; repeats and those that concern no definition are among them.
    public var consumedCount: UInt64 = 0
    /// Failures since the start; what failed was tried again.
    public var failureCount: UInt64 = 0
    /// Rows of closed and removed definitions deleted since the start.
    public var sweptRowCount: UInt64 = 0
    /// Messages set aside ever, by reason.
    public var setAsideCounts: [SetAsideReason: UInt64] = [:]
    /// Definitions known.
    public var definitionCount = 0
    /// The event clock, Unix milliseconds; 0 before the first order.
    public var clockMillis: Int64 = 0

    /// Zeros.
    public init() {}
}

/// What happened since the start. A batch counts once it is committed, so one that is tried again counts once.
public struct KeeperCounters: Sendable {
    var consumedCount: UInt64 = 0
    var uncommittedCount: UInt64 = 0
    /// Failures; what failed was tried again.
    public private(set) var failureCount: UInt64 = 0
    var sweptRowCount: UInt64 = 0
    private var loggedAtMillis: UInt64?

    /// Nothing happened yet.
    public init() {}

    /// Counts a failure.
    ///
    /// - Returns: whether a line about it may be logged now: one in ``KeeperLimits/failureLogMillisMin``.
    public mutating func failed(nowMillis: UInt64) -> Bool {
        failureCount += 1
        if let last = loggedAtMillis, nowMillis < last + KeeperLimits.failureLogMillisMin { return false }
        loggedAtMillis = nowMillis
        return true
    }
}
