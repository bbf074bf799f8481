internal import MessageModel

/// How long a message waits after a handler failed on it. At most ``MessageModel/Limits/delayMillisMax``.
public enum Backoff: Sendable, Hashable {
    /// The same wait each time; 0 is at once.
    case fixed(millis: UInt64)
    /// `firstMillis` after the first delivery, twice as long after each further one, up to `maxMillis`.
    case exponential(firstMillis: UInt64, maxMillis: UInt64)

    /// 1 s after the first delivery, doubling up to 5 min.
    public static let standard = Backoff.exponential(firstMillis: 1_000, maxMillis: 300_000)

    /// Milliseconds until the message is visible again after so many deliveries.
    public func delayMillis(deliveryCount: Int) -> UInt64 {
        switch self {
        case .fixed(let millis): return min(millis, Limits.delayMillisMax)
        case .exponential(let first, let most):
            let bound = min(most, Limits.delayMillisMax)
            let doublings = max(0, deliveryCount - 1)
            guard doublings < first.leadingZeroBitCount else { return bound }
            return min(first << UInt64(doublings), bound)
        }
    }
}
