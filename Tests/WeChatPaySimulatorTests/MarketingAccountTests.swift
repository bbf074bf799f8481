import BoundedJSON
import Testing

@testable import WeChatPaySimulator

@Suite("The account of promotions and campaigns")
struct MarketingAccountTests {
    private static let stored = PaymentSchedule(WorldPlan()).payments
    private static let marketing = MarketingPlan(PaymentSchedule(WorldPlan()), nowMillis: 1_767_600_000_000)

    /// What a daemon without fault reports.
    private static func results() throws -> ConsumerResults {
        var results = ConsumerResults()
        for promotion in marketing.promotions {
            let forecast = PromotionForecast(promotion, orders: stored)
            results.promotions[promotion.id] = PromotionFigures(
                state: "running", grants: try #require(forecast.grants), grantedFen: forecast.grantedFen.lowerBound,
                remainingFen: promotion.budgetFen - forecast.grantedFen.lowerBound,
                refusedForBudget: try #require(forecast.refusedForBudget),
                refusedForPayer: try #require(forecast.refusedForPayer))
        }
        results.grantMessages = results.promotions.values.reduce(0) { $0 + $1.grants }
        for campaign in marketing.campaigns {
            results.campaigns[campaign.id] = CampaignFigures(campaign, orders: stored)
        }
        return results
    }

    private static func faults(_ results: ConsumerResults) -> [String] {
        MarketingAccount(marketing, results: results, stored: stored).faults
    }

    @Test("it balances when the daemon granted and counted what the world predicts")
    func balances() throws {
        let account = MarketingAccount(Self.marketing, results: try Self.results(), stored: Self.stored)
        #expect(account.faults == [])
        #expect(account.lines.count == 8)
        #expect(account.lines[1].hasPrefix("  spring-discount, running: "))
        #expect(account.lines[7].hasSuffix("the world counts the same"))
    }

    @Test(
        "one figure out of place is found",
        arguments: [
            (1, 0, 0, 0, 0), (0, -200, 200, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, -1, 0), (0, 0, 0, 0, 1),
        ])
    func faults(grants: Int, granted: Int64, remaining: Int64, forBudget: Int, forPayer: Int) throws {
        for id in Self.marketing.promotions.map(\.id) {
            var results = try Self.results()
            let right = try #require(results.promotions[id])
            results.promotions[id] = PromotionFigures(
                state: right.state, grants: right.grants + grants, grantedFen: right.grantedFen + granted,
                remainingFen: right.remainingFen + remaining, refusedForBudget: right.refusedForBudget + forBudget,
                refusedForPayer: right.refusedForPayer + forPayer)
            results.grantMessages += grants
            #expect(Self.faults(results).count == 1, "\(id)")
        }
    }

    @Test("more granted than the budget is a fault, whatever else fits")
    func overBudget() throws {
        var results = try Self.results()
        let promotion = Self.marketing.promotions[0]
        results.promotions[promotion.id] = PromotionFigures(
            state: "exhausted", grants: 9_999, grantedFen: promotion.budgetFen + 1, remainingFen: -1,
            refusedForBudget: 0, refusedForPayer: 0)
        #expect(Self.faults(results).contains { $0.contains("were granted of a budget of") })
    }

    @Test(
        "one order, one fen or one payer too many in a campaign is found", arguments: [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    func campaign(orders: Int, amount: Int64, payers: Int) throws {
        var results = try Self.results()
        let id = Self.marketing.campaigns[0].id
        let right = try #require(results.campaigns[id])
        results.campaigns[id] = CampaignFigures(
            orders: right.orders + orders, amountFen: right.amountFen + amount, payers: right.payers + payers)
        #expect(Self.faults(results).count == 1)
    }

    @Test("a grant without its message, and a message without its grant, are faults", arguments: [-1, 1])
    func messages(extra: Int) throws {
        var results = try Self.results()
        results.grantMessages += extra
        #expect(Self.faults(results).count == 1)
    }

    @Test("what is missing, and a queue that was not worked off, are faults")
    func missing() {
        #expect(Self.faults(ConsumerResults()).count == 3)
        var results = ConsumerResults()
        results.undrained = ["risk": 4]
        #expect(Self.faults(results).last == "queue risk was not worked off: 4 left")
    }

    @Test("the daemon's answers are read")
    func answers() throws {
        func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }
        let promotion = try json(
            """
            {"promotion":{"promotion_id":"p","state":"exhausted","budget":5,
            "figures":{"grants":2,"granted":4,"remaining":1,"refused_budget":3,"refused_payer":0}}}
            """)
        #expect(
            PromotionFigures(promotion)
                == PromotionFigures(
                    state: "exhausted", grants: 2, grantedFen: 4, remainingFen: 1, refusedForBudget: 3,
                    refusedForPayer: 0))
        #expect(
            CampaignFigures(try json("{\"campaign\":{\"figures\":{\"orders\":2,\"amount\":50,\"payers\":1}}}"))
                == CampaignFigures(orders: 2, amountFen: 50, payers: 1))
        #expect(PromotionFigures(try json("{\"promotion\":{}}")) == nil)
        #expect(CampaignFigures(try json("{}")) == nil)
    }
}
