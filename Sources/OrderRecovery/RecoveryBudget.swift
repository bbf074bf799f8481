/// A bucket of questions on a clock that is given: in any span of `t` seconds at most rate · t and its capacity. Pure.
struct RecoveryBudget: Sendable {
    private static let millionthsPerQuestion: Int64 = 1_000_000
    private let ratePerSecond: Int64
    private let capacityMillionths: Int64
    private var levelMillionths: Int64
    private var filledAtMillis: Int64

    /// A full bucket.
    init(ratePerSecond: Int, nowMillis: Int64) {
        self.ratePerSecond = Int64(max(ratePerSecond, 1))
        let capacity = max(1, self.ratePerSecond / Int64(OrderRecoveryLimits.burstShare))
        capacityMillionths = capacity * Self.millionthsPerQuestion
        levelMillionths = capacityMillionths
        filledAtMillis = nowMillis
    }

    /// Takes one question out; false where there is none.
    mutating func take(nowMillis: Int64) -> Bool {
        // A second fills it in any case, whatever the rate: no product grows beyond that.
        let passed = min(max(nowMillis - filledAtMillis, 0), 1_000)
        levelMillionths = min(capacityMillionths, levelMillionths + passed * ratePerSecond * 1_000)
        filledAtMillis = nowMillis
        guard levelMillionths >= Self.millionthsPerQuestion else { return false }
        levelMillionths -= Self.millionthsPerQuestion
        return true
    }

    /// When the next question can be taken, if none is taken before; not before the moment of the last look.
    var nextMillis: Int64 {
        let missing = max(Self.millionthsPerQuestion - levelMillionths, 0)
        let perMilli = ratePerSecond * 1_000
        return filledAtMillis + (missing + perMilli - 1) / perMilli
    }
}
