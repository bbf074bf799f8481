import BoundedJSON
import PaymentNotice
import Testing

@testable import WeChatPaySimulator

@Suite("Promotions and campaigns of a simulated world")
struct MarketingTests {
    private static let schedule = PaymentSchedule(WorldPlan())
    private static let marketing = MarketingPlan(schedule, nowMillis: 1_767_600_000_000)

    private static func promotion(
        _ reward: PromotionReward, budget: Int64, perPayer: Int? = nil, from amountMin: Int64 = 0,
        merchants: [String]? = nil
    ) -> Promotion {
        let filter = OrderFilter(
            startsAtMillis: 0, endsAtMillis: 1, merchantIDs: merchants, amountMinFen: amountMin)
        return Promotion(
            id: "p", name: "p", filter: filter, reward: reward, budgetFen: budget, grantsPerPayerMax: perPayer)
    }

    /// Orders of a payer and an amount each, all of one merchant.
    private static func orders(_ list: [(payer: String, amount: Int64)]) -> [Payment] {
        list.map { payer, amount in
            Payment(
                atMillis: 0, shopperMillis: 0, merchantIndex: 0, merchantID: "m", storeID: "s", deviceID: "d",
                asksGate: true, outTradeNo: "o", transactionID: "t", payer: payer, amount: amount,
                payerAmount: amount, bankType: "OTHERS", isFake: false,
                traits: Payment.Traits(usesPublicKey: false, isSentTwice: false, isProbed: false, isFirstLost: false))
        }
    }

    @Test("a fixed reward is granted until less than one is left, and every order behind is refused")
    func fixed() {
        let orders = Self.orders([("a", 20), ("a", 30), ("b", 10), ("c", 40), ("d", 9)])
        let forecast = PromotionForecast(Self.promotion(.fixed(2), budget: 5, from: 10), orders: orders)
        #expect(forecast.eligible == 4)
        #expect(forecast.grants == 2)
        #expect(forecast.grantedFen == 4...4)
        #expect(forecast.refusedForBudget == 2)
        #expect(forecast.refusedForPayer == 0)
    }

    @Test("a budget that suffices is not used up")
    func ample() {
        let forecast = PromotionForecast(
            Self.promotion(.fixed(2), budget: 4), orders: Self.orders([("a", 20), ("a", 30)]))
        #expect(forecast.grants == 2)
        #expect(forecast.refusedForBudget == 0)
    }

    @Test("once a payer: as many grants as payers, and the money between their smallest and largest rewards")
    func perPayer() {
        let orders = Self.orders([("a", 1_000), ("a", 9_000), ("a", 100_000), ("b", 1_019)])
        let reward = PromotionReward.percent(basisPoints: 500, max: 600)
        let forecast = PromotionForecast(Self.promotion(reward, budget: 2_000, perPayer: 1), orders: orders)
        #expect(forecast.grants == 2)
        #expect(forecast.grantedFen == (50 + 50)...(600 + 50))
        #expect(forecast.refusedForPayer == 2)
        #expect(forecast.refusedForBudget == 0)
    }

    @Test("where budget and payer both refuse, the number of grants is not for the world to say")
    func undetermined() {
        let forecast = PromotionForecast(
            Self.promotion(.fixed(2), budget: 3, perPayer: 1), orders: Self.orders([("a", 20), ("b", 20), ("a", 20)]))
        #expect(forecast.grants == nil)
        #expect(forecast.grantedFen == 0...3)
    }

    @Test("orders of other merchants do not count")
    func otherMerchants() {
        let promotion = Self.promotion(.fixed(2), budget: 100, merchants: ["other"])
        #expect(PromotionForecast(promotion, orders: Self.orders([("a", 20)])).eligible == 0)
    }

    @Test("a campaign counts orders, their amounts and each payer once")
    func campaign() {
        let filter = OrderFilter(startsAtMillis: 0, endsAtMillis: 1, merchantIDs: ["m"], amountMinFen: 20)
        let counted = CampaignFigures(
            Campaign(id: "c", name: "c", filter: filter), orders: Self.orders([("a", 20), ("a", 30), ("b", 19)]))
        #expect(counted == CampaignFigures(orders: 2, amountFen: 50, payers: 1))
    }

    @Test("of the demo's promotions one runs out and one does not, whatever order the payments come in")
    func demo() throws {
        let forecasts = Self.marketing.promotions.map { PromotionForecast($0, orders: Self.schedule.payments) }
        #expect(try #require(forecasts[0].refusedForBudget) > 0)
        #expect(try #require(forecasts[0].grants) > 0)
        #expect(forecasts[1].refusedForBudget == 0)
        #expect(try #require(forecasts[1].refusedForPayer) > 0)
        #expect(Self.marketing.promotions[0].filter.merchantIDs?.count == 2)
        let late = Self.schedule.merchants(.late).map(\.merchantID)
        let everybody = Set(Self.schedule.merchants.map(\.merchantID)).subtracting(late)
        #expect(Set(Self.marketing.promotions[1].filter.merchantIDs ?? []) == everybody)
        let fakers = Self.schedule.merchants(.faker).map(\.merchantID)
        #expect(fakers.allSatisfy { Self.marketing.campaigns[0].filter.merchantIDs?.contains($0) == false })
    }

    @Test("the operator's bodies say what the contract asks for")
    func bodies() throws {
        let fixed = try JSONValue.parse(Self.marketing.promotions[0].json)
        #expect(fixed["merchants"]?.array?.count == 2)
        #expect(fixed["reward"]?["kind"]?.equals("fixed") == true)
        #expect(fixed["reward"]?["amount"]?.int64 == 200)
        #expect(fixed["budget"]?.int64 == Self.marketing.promotions[0].budgetFen)
        #expect(fixed["grants_per_payer_max"] == nil)
        let hourMillis: Int64 = 3_600_000
        let starts = RFC3339.millis(try #require(fixed["starts"]?.string))
        let ends = RFC3339.millis(try #require(fixed["ends"]?.string))
        #expect(starts == 1_767_600_000_000 - hourMillis)
        #expect(ends == 1_767_600_000_000 + 6 * hourMillis)
        let percent = try JSONValue.parse(Self.marketing.promotions[1].json)
        #expect(percent["merchants"]?.array?.count == Self.schedule.merchants.count - 1)
        #expect(percent["reward"]?["basis_points"]?.int64 == 500)
        #expect(percent["reward"]?["amount_max"]?.int64 == 500)
        #expect(percent["grants_per_payer_max"]?.int64 == 1)
        let campaign = try JSONValue.parse(Self.marketing.campaigns[0].json)
        #expect(campaign["amount_min"]?.int64 == 500)
        #expect(campaign["budget"] == nil)
    }
}
