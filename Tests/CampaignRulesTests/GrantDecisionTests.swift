import CampaignRules
import Testing

@Suite struct GrantDecisionTests {
    private func figures(granted rewards: Int64...) -> PromotionFigures {
        rewards.reduce(into: PromotionFigures()) { $0.record(.grant(rewardFen: $1)) }
    }

    @Test("the last fen of the budget can be granted, a fen more cannot")
    func budget() throws {
        let promotion = try Samples.promotion(budgetFen: 1_000, grantsPerPayerMax: nil)
        func decision(_ granted: Int64) -> GrantDecision {
            promotion.decision(orderAmountFen: 5_000, figures: figures(granted: granted), payerGrantCount: 9)
        }
        #expect(decision(799) == .grant(rewardFen: 200))
        #expect(decision(800) == .grant(rewardFen: 200))
        #expect(decision(801) == .budget)
        #expect(decision(1_000) == .budget)
        #expect(decision(1_500) == .budget)
    }

    @Test("there are no partial grants, but a smaller reward still fits")
    func noPartialGrant() throws {
        let reward = Reward.percent(basisPoints: 1_000, amountMaxFen: 500)
        let promotion = try Samples.promotion(reward: reward, budgetFen: 1_000)
        let figures = figures(granted: 700)
        #expect(promotion.decision(orderAmountFen: 4_000, figures: figures, payerGrantCount: 0) == .budget)
        let smaller = promotion.decision(orderAmountFen: 3_000, figures: figures, payerGrantCount: 0)
        #expect(smaller == .grant(rewardFen: 300))
    }

    @Test("a payer gets as many grants as the limit says")
    func payerLimit() throws {
        let promotion = try Samples.promotion(grantsPerPayerMax: 2)
        let decisions = ([0, 1, 2, 3] as [Int64]).map {
            promotion.decision(orderAmountFen: 5_000, figures: PromotionFigures(), payerGrantCount: $0)
        }
        #expect(decisions == [.grant(rewardFen: 200), .grant(rewardFen: 200), .payerLimit, .payerLimit])
    }

    @Test("an order without a reward comes before the payer's limit, and that before the budget")
    func precedence() throws {
        let reward = Reward.percent(basisPoints: 1, amountMaxFen: 500)
        let promotion = try Samples.promotion(reward: reward, budgetFen: 1, grantsPerPayerMax: 1)
        let spent = figures(granted: 1)
        #expect(promotion.decision(orderAmountFen: 9_999, figures: spent, payerGrantCount: 1) == .noReward)
        #expect(promotion.decision(orderAmountFen: 10_000, figures: spent, payerGrantCount: 1) == .payerLimit)
        #expect(promotion.decision(orderAmountFen: 10_000, figures: spent, payerGrantCount: 0) == .budget)
    }

    @Test(
        "random orders never take more than the budget or the payer's limit", arguments: 1...60 as ClosedRange<UInt64>)
    func neverOver(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limit = Bool.random(using: &random) ? nil : Int64.random(in: 1...4, using: &random)
        let reward: Reward =
            Bool.random(using: &random)
            ? .fixed(amountFen: Int64.random(in: 1...90, using: &random))
            : .percent(basisPoints: Int64.random(in: 1...10_000, using: &random), amountMaxFen: 120)
        let budget = Int64.random(in: 1...4_000, using: &random)
        let promotion = try Samples.promotion(reward: reward, budgetFen: budget, grantsPerPayerMax: limit, amountMin: 1)
        var figures = PromotionFigures()
        var rewards: [Int64: [Int64]] = [:]
        var refusedCounts: [GrantDecision: Int64] = [:]
        for _ in 0..<2_000 {
            let payer = Int64.random(in: 0..<40, using: &random)
            let amount = Int64.random(in: 0...500, using: &random)
            let mine = Int64(rewards[payer, default: []].count)
            let decision = promotion.decision(orderAmountFen: amount, figures: figures, payerGrantCount: mine)
            let left = budget - rewards.values.joined().reduce(0, +)
            switch decision {
            case .grant(let fen):
                #expect(fen > 0 && fen <= left && mine < limit ?? .max, "seed \(seed)")
                rewards[payer, default: []].append(fen)
            case .budget: #expect(reward.fen(forAmountFen: amount) ?? 0 > left, "seed \(seed)")
            case .payerLimit: #expect(mine == limit, "seed \(seed)")
            case .noReward: #expect(reward.fen(forAmountFen: amount) == nil, "seed \(seed)")
            }
            refusedCounts[decision, default: 0] += 1
            figures.record(decision)
        }
        let granted = rewards.values.joined()
        #expect(figures.grantedFen == granted.reduce(0, +) && figures.grantedFen <= budget, "seed \(seed)")
        #expect(figures.grantCount == Int64(granted.count), "seed \(seed)")
        #expect(figures.refusedBudgetCount == refusedCounts[.budget, default: 0], "seed \(seed)")
        #expect(figures.refusedPayerCount == refusedCounts[.payerLimit, default: 0], "seed \(seed)")
    }
}
