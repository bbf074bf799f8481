/// When a failed push to a subscriber is repeated (`cmq-protocol.md` §4.6). A value; chance comes from outside.
public struct NotifyLadder: Sendable, Hashable {
    /// Which of the two.
    public let strategy: NotifyStrategy

    /// The ladder of a strategy.
    public init(_ strategy: NotifyStrategy) { self.strategy = strategy }

    /// Pushes that follow the first one: 3 or 176.
    public var retryCount: Int {
        switch strategy {
        case .backoff: 3
        case .exponentialDecay: Self.doublingCount + Self.longestCount
        }
    }

    /// Milliseconds from the end of failed attempt `attempt` (the first is 1) to the next one; nil where it was the last.
    ///
    /// `random` draws from a range of milliseconds; only ``NotifyStrategy/backoff`` asks it, for 10 to 20 s (§13, row 23).
    public func delayMillis(
        afterAttempt attempt: Int, random: (ClosedRange<UInt64>) -> UInt64
    ) -> UInt64? {
        guard 1...retryCount ~= attempt else { return nil }
        switch strategy {
        case .backoff:
            let drawn = random(Self.backoffMillis)
            return min(max(drawn, Self.backoffMillis.lowerBound), Self.backoffMillis.upperBound)
        case .exponentialDecay: return 1_000 << UInt64(min(attempt, Self.doublingCount) - 1)
        }
    }

    /// 1, 2, 4, … 512 s: 1,023 s in all.
    private static let doublingCount = 10
    /// 512 s so many times; with the steps before them 86,015 s, just under one day.
    private static let longestCount = 166
    private static let backoffMillis: ClosedRange<UInt64> = 10_000...20_000
}
