/// When a message is tried again: the delays of merchant-push §4, each counted from the end of the attempt before.
public struct RetryLadder: Sendable, Equatable {
    /// What a failed attempt leads to.
    public enum Next: Sendable, Equatable {
        /// The next attempt is due at this time.
        case due(atMillis: Int64)
        /// That was the last attempt: the message is dead, kept and replayable.
        case exhausted
    }

    /// The delay before each attempt in milliseconds; the first is 0.
    public let delaysMillis: [Int]
    /// Whether delays are spread by ±20 %.
    public let isJittered: Bool

    /// Twenty attempts over 97 hours, jittered.
    public static let standard = RetryLadder(
        seconds: [
            0, 5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 21_600, 21_600, 43_200, 43_200,
            86_400, 86_400,
        ], isJittered: true)

    /// The ladder WeChat Pay itself uses for its notices: 24 h 4 m, without jitter.
    public static let wechat = RetryLadder(
        seconds: [
            0, 15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
        ], isJittered: false)

    /// The ladder Alipay uses for its notices: 24 h 24 m, without jitter.
    public static let alipay = RetryLadder(
        seconds: [0, 240, 600, 600, 3_600, 7_200, 21_600, 54_000], isJittered: false)

    private init(seconds: [Int], isJittered: Bool) {
        self.init(delaysMillis: seconds.map { $0 * 1_000 }, isJittered: isJittered)
    }

    private init(delaysMillis: [Int], isJittered: Bool) {
        self.delaysMillis = delaysMillis
        self.isJittered = isJittered
    }

    /// A ladder of one's own: the delays behind the first attempt, 1 to 50 of them, 1 s to 24 h each, 30 days together.
    /// - Throws: ``RetryLadderError``, naming the delay.
    public static func custom(delaysMillis: [Int]) throws(RetryLadderError) -> RetryLadder {
        guard (1...ScheduleLimits.customDelayCountMax).contains(delaysMillis.count) else {
            throw .delayCount(delaysMillis.count)
        }
        let allowed = ScheduleLimits.customDelayMillisMin...ScheduleLimits.customDelayMillisMax
        for (index, delay) in delaysMillis.enumerated() where !allowed.contains(delay) {
            throw .delay(number: index + 1, millis: delay)
        }
        let total = delaysMillis.reduce(0, +)
        guard total <= ScheduleLimits.customTotalMillisMax else { throw .total(millis: total) }
        return RetryLadder(delaysMillis: [0] + delaysMillis, isJittered: true)
    }

    /// The same ladder with all delays multiplied, for demonstrations; a delay above 0 stays at least 1 ms.
    ///
    /// Factors outside 0.00001...1 count as the nearer end.
    public func scaled(by factor: Double) -> RetryLadder {
        let factor = factor.isNaN ? 1 : min(max(factor, 0.000_01), 1)
        let scaled = delaysMillis.map { $0 == 0 ? 0 : max(Int((Double($0) * factor).rounded()), 1) }
        return RetryLadder(delaysMillis: scaled, isJittered: isJittered)
    }

    /// How many attempts there are.
    public var attemptCount: Int { delaysMillis.count }

    /// The delay behind attempt number `attempt` (1 is the first), jittered if the ladder is; nil when it was the last.
    public func nextDelayMillis(
        afterAttempt attempt: Int, endpoint: String, message: String, sha256: RetryJitter.Hash
    ) -> Int? {
        guard attempt >= 1, attempt < delaysMillis.count else { return nil }
        let base = delaysMillis[attempt]
        guard isJittered else { return base }
        return RetryJitter.delayMillis(
            baseMillis: base, endpoint: endpoint, message: message, attempt: attempt, sha256: sha256)
    }

    /// What follows attempt number `attempt`, which ended at `endedAtMillis`: not before the endpoint's gate.
    public func next(
        afterAttempt attempt: Int, endedAtMillis: Int64, gateMillis: Int64 = 0, endpoint: String, message: String,
        sha256: RetryJitter.Hash
    ) -> Next {
        let delay = nextDelayMillis(afterAttempt: attempt, endpoint: endpoint, message: message, sha256: sha256)
        guard let delay else { return .exhausted }
        return .due(atMillis: max(endedAtMillis + Int64(delay), gateMillis))
    }
}
