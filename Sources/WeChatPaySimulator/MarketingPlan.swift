/// The promotions and the campaign of a run; their numbers all in one place. Pure.
struct MarketingPlan: Sendable, Equatable {
    /// What the promotion that runs out gives, fen.
    private static let discountFen: Int64 = 200
    /// Orders from this amount on get it, fen.
    private static let discountFromFen: Int64 = 2_000
    /// Its budget, in hundredths of what all its planned orders together would get: it runs out near the kill.
    private static let discountBudgetPercent = 50
    /// The promotion that does not run out gives so many hundredths of a percent.
    private static let shareBasisPoints: Int64 = 500
    /// And at most so much an order, fen.
    private static let shareMaxFen: Int64 = 500
    /// For orders from this amount on, fen.
    private static let shareFromFen: Int64 = 1_000
    /// Orders from this amount on count for the campaign, fen.
    private static let campaignFromFen: Int64 = 500
    /// The time of all three begins so long before the run and ends so long behind its start, milliseconds.
    private static let hourMillis: Int64 = 3_600_000

    /// Promotions, in the order in which they are made.
    let promotions: [Promotion]
    /// Campaigns.
    let campaigns: [Campaign]

    /// The plan for one schedule.
    /// - Parameter nowMillis: Unix milliseconds.
    init(_ schedule: PaymentSchedule, nowMillis: Int64) {
        func filter(_ merchants: [SimulatedMerchant]?, from amountMinFen: Int64) -> OrderFilter {
            OrderFilter(
                startsAtMillis: nowMillis - Self.hourMillis, endsAtMillis: nowMillis + 6 * Self.hourMillis,
                merchantIDs: merchants.map { $0.map(\.merchantID) }, amountMinFen: amountMinFen)
        }
        // Orders of a merchant nobody registered yet are set aside: who is registered late takes no part, or the account would depend on the moment.
        let registered = schedule.merchants.filter { $0.role != .late }
        let honest = registered.filter { $0.role != .faker }
        let two = schedule.merchants(.healthy).prefix(1) + schedule.merchants(.lunchRush)
        let discounted = filter(Array(two), from: Self.discountFromFen)
        let plannedCount = schedule.payments.count { discounted.matches($0) }
        let affordableCount = max(plannedCount * Self.discountBudgetPercent / 100, 1)
        let shared = filter(registered, from: Self.shareFromFen)
        let payerCount = Set(schedule.payments.filter { shared.matches($0) }.map(\.payer)).count
        promotions = [
            Promotion(
                id: "spring-discount", name: "2 yuan off from 20 yuan at two merchants", filter: discounted,
                reward: .fixed(Self.discountFen),
                // Half a reward too much: the rest must stay ungranted.
                budgetFen: Int64(affordableCount) * Self.discountFen + Self.discountFen / 2, grantsPerPayerMax: nil),
            Promotion(
                id: "five-percent", name: "5 % of one order of every shopper", filter: shared,
                reward: .percent(basisPoints: Self.shareBasisPoints, max: Self.shareMaxFen),
                budgetFen: Int64(payerCount + 1) * Self.shareMaxFen, grantsPerPayerMax: 1),
        ]
        campaigns = [
            Campaign(
                id: "spring-week", name: "Orders of the honest merchants",
                filter: filter(honest, from: Self.campaignFromFen))
        ]
    }
}
