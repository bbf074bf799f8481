/// Payments of one merchant beside the common ones, spread over a part of the run. Pure.
struct PaymentStream: Sendable, Equatable {
    /// Whose; every such role has one merchant.
    let role: MerchantRole
    /// When, milliseconds since the start of the run; never empty.
    let during: Range<Int>
    /// How many.
    let count: Int
    /// What they are worth, fen; nil for what is usual.
    let amountsFen: Range<Int>?
    /// Whether the merchant makes them up.
    let isFake: Bool

    /// The streams of a plan, in the order in which they are drawn.
    static func all(of plan: WorldPlan) -> [PaymentStream] {
        let timeline = plan.timeline
        let whole = 0..<plan.paymentMillis
        let calmCount = count(plan, RiskScenario.calmPerMille, whole, least: RiskScenario.calmCountMin)
        let extraTenths = RiskScenario.rushFactorTenths - 10
        let rushCount = calmCount * timeline.rush.count * extraTenths / (whole.count * 10)
        let honest = 0..<timeline.fakesFromMillis
        let faking = timeline.fakesFromMillis..<plan.paymentMillis
        return [
            PaymentStream(
                role: .faker, during: honest,
                count: count(plan, RiskScenario.honestPerMille, honest, least: RiskScenario.honestCountMin),
                amountsFen: RiskScenario.honestAmountsFen, isFake: false),
            PaymentStream(
                role: .faker, during: faking,
                count: count(plan, RiskScenario.fakePerMille, faking, least: RiskScenario.fakeCountMin),
                amountsFen: RiskScenario.fakeAmountsFen, isFake: true),
            PaymentStream(role: .lunchRush, during: whole, count: calmCount, amountsFen: nil, isFake: false),
            PaymentStream(role: .lunchRush, during: timeline.rush, count: rushCount, amountsFen: nil, isFake: false),
        ]
    }

    private static func count(_ plan: WorldPlan, _ perMille: Int, _ during: Range<Int>, least: Int) -> Int {
        max(plan.ratePerSecond * perMille * during.count / 1_000_000, least)
    }
}
