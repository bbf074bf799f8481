/// Why a ladder of one's own is refused.
public enum RetryLadderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No delays, or too many.
    case delayCount(Int)
    /// A delay out of range; the first is number 1.
    case delay(number: Int, millis: Int)
    /// The delays together are too long.
    case total(millis: Int)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .delayCount(let count):
            "a retry ladder has 1 to \(ScheduleLimits.customDelayCountMax) delays; this one has \(count)"
        case .delay(let number, let millis):
            "delay \(number) is \(millis) ms; 1 s to 24 h is allowed"
        case .total(let millis):
            "the delays together are \(millis / 1_000) s; at most 30 days are allowed"
        }
    }
}
