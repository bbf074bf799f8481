/// What one run simulates. The same plan gives the same payments.
public struct WorldPlan: Sendable, Equatable {
    /// Everything random about payments comes from it.
    public var seed: UInt64 = 1
    /// Merchants; the special roles take one each, the rest are healthy.
    public var merchantCount = 12
    /// Shops of each merchant, with two devices each.
    public var shopsPerMerchant = 3
    /// Payment requests per second; those of the faker and of the merchant with the rush come on top.
    public var ratePerSecond = 200
    /// How long payment requests are made.
    public var seconds = 25
    /// Share of notices of which two copies are sent at the same time.
    public var duplicateShare = 0.02
    /// Share of notices before which the platform sends a deliberately wrong signature (wechat-pay §1.11).
    public var probeShare = 0.01
    /// Share of notices signed by the platform's public-key-mode key instead of its certificate.
    public var publicKeyShare = 0.5
    /// Share of notices whose first delivery is lost on its way.
    public var lossShare = 0.01
    /// All pauses of the platform's repeat table are multiplied by it.
    public var ladderScale = 0.02
    /// How long the platform waits for an answer; 5,000 in reality.
    public var answerLimitMillis = 500

    /// The defaults of the demo.
    public init() {}

    /// How long payment requests are made.
    public var paymentMillis: Int { seconds * 1_000 }
    /// When what happens.
    public var timeline: WorldTimeline { WorldTimeline(paymentMillis: paymentMillis) }
    /// The repeats of the platform.
    public var ladder: NoticeLadder { NoticeLadder(scale: ladderScale, answerLimitMillis: answerLimitMillis) }

    /// Checks every option and how they go together.
    /// - Throws: ``SimulatorError/option(name:value:allowed:)``.
    public func validate() throws(SimulatorError) {
        try Self.check("--merchants", merchantCount, SimulatorLimits.merchantCountRange)
        try Self.check("--shops", shopsPerMerchant, SimulatorLimits.shopsPerMerchantRange)
        try Self.check("--rate", ratePerSecond, SimulatorLimits.rateRange)
        try Self.check("--seconds", seconds, SimulatorLimits.secondsRange)
        try Self.check("--rate times --seconds", ratePerSecond * seconds, 1...SimulatorLimits.paymentCountMax)
        try Self.check("--duplicates", duplicateShare, 0...1)
        try Self.check("--probes", probeShare, 0...1)
        try Self.check("--public-key-share", publicKeyShare, 0...1)
        try Self.check("--lost", lossShare, 0...1)
        try Self.check("--ladder-scale", ladderScale, 0.000_1...1)
        try Self.check("--answer-limit-millis", answerLimitMillis, 50...5_000)
    }

    private static func check<Value: Comparable & Sendable>(
        _ name: String, _ value: Value, _ range: ClosedRange<Value>
    ) throws(SimulatorError) {
        guard range.contains(value) else {
            throw .option(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
        }
    }
}
