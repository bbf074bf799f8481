/// Keeps all questions back while the platform fails or refuses more of them. Pure.
///
/// Pauses grow from ``OrderRecoveryLimits/platformPauseMillis`` to ``OrderRecoveryLimits/failurePauseMillisMax``; behind a pause one question goes
/// alone, and its success ends the trouble. What was asked before the last failure tells nothing new.
struct PlatformPause: Sendable {
    private var failureCount = 0
    private var failedAtMillis = Int64.min
    /// Until when nothing is asked.
    private(set) var untilMillis = Int64.min

    /// Whether one question at a time is all that may be asked.
    var isProbing: Bool { failureCount > 0 }

    /// A call failed.
    mutating func failed(askedAtMillis: Int64, nowMillis: Int64) {
        guard askedAtMillis > failedAtMillis || failureCount == 0 else { return }
        untilMillis =
            nowMillis
            + RecoveryLadder.doubled(
                OrderRecoveryLimits.platformPauseMillis, times: failureCount,
                most: OrderRecoveryLimits.failurePauseMillisMax)
        failureCount += 1
        failedAtMillis = nowMillis
    }

    /// A call was answered.
    mutating func succeeded(askedAtMillis: Int64) {
        guard failureCount > 0, askedAtMillis > failedAtMillis else { return }
        failureCount = 0
        untilMillis = .min
    }
}
