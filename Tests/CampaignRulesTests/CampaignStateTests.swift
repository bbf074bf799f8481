import CampaignRules
import Testing

@Suite struct CampaignStateTests {
    @Test("a campaign runs from its start to before its end")
    func window() throws {
        let criteria = try Samples.criteria(starts: 1_000, ends: 2_000)
        let states = [0, 999, 1_000, 1_999, 2_000].map { CampaignState(criteria, nowMillis: $0) }
        #expect(states == [.scheduled, .scheduled, .running, .running, .ended])
    }

    @Test("within its window a promotion is exhausted when nothing it grants fits into the rest")
    func exhausted() throws {
        let promotion = try Samples.promotion(budgetFen: 1_000)
        func state(_ grantedFen: Int64, _ nowMillis: Int64) -> CampaignState {
            var figures = PromotionFigures()
            figures.record(.grant(rewardFen: grantedFen))
            return PromotionStanding(promotion, figures: figures, nowMillis: nowMillis).state
        }
        #expect(state(800, Samples.startsAtMillis) == .running)
        #expect(state(801, Samples.startsAtMillis) == .exhausted)
        #expect(state(1_000, Samples.endsAtMillis - 1) == .exhausted)
        #expect(state(1_000, Samples.startsAtMillis - 1) == .scheduled)
        #expect(state(1_000, Samples.endsAtMillis) == .ended)
    }

    @Test(
        "an exhausted promotion refuses every order, one that runs grants some",
        arguments: 1...30 as ClosedRange<UInt64>)
    func agreesWithDecisions(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let share = Int64.random(in: 1...10_000, using: &random)
        let amountMin = Int64.random(in: 1...300, using: &random)
        let promotion = try Samples.promotion(
            reward: .percent(basisPoints: share, amountMaxFen: 40), budgetFen: 100, amountMin: amountMin)
        for granted in 50...100 as ClosedRange<Int64> {
            var figures = PromotionFigures()
            figures.record(.grant(rewardFen: granted))
            let grantsSome = (amountMin...(amountMin + 10_000)).contains { amount in
                if case .grant = promotion.decision(orderAmountFen: amount, figures: figures, payerGrantCount: 0) {
                    return true
                }
                return false
            }
            let state = PromotionStanding(promotion, figures: figures, nowMillis: Samples.startsAtMillis).state
            #expect(state == (grantsSome ? .running : .exhausted), "seed \(seed), \(granted) granted")
        }
    }

    @Test("the API shows definition, state and figures")
    func shown() throws {
        var counted = CampaignFigures()
        counted.count(amountFen: 1_500, isNewPayer: true)
        counted.count(amountFen: 2_500, isNewPayer: false)
        let campaign = CampaignStanding(try Samples.campaign(), figures: counted, nowMillis: Samples.startsAtMillis)
        #expect(
            Samples.written { campaign.write(into: &$0) { "t\($0)" } }
                == #"{"campaign_id":"summer","name":"Summer","starts":"t1782835200000","ends":"t1783440000000","#
                + #""merchants":"all","amount_min":1000,"state":"running","#
                + #""figures":{"orders":2,"amount":4000,"payers":1}}"#)
        var granted = PromotionFigures()
        for decision in [.grant(rewardFen: 200), .noReward, .budget, .budget, .payerLimit] as [GrantDecision] {
            granted.record(decision)
        }
        let promotion = PromotionStanding(try Samples.promotion(), figures: granted, nowMillis: 0)
        #expect(
            Samples.written { promotion.write(into: &$0) { "t\($0)" } }
                == #"{"promotion_id":"summer","name":"Summer","starts":"t1782835200000","ends":"t1783440000000","#
                + #""merchants":"all","amount_min":1000,"reward":{"kind":"fixed","amount":200},"budget":100000,"#
                + #""grants_per_payer_max":1,"state":"scheduled","#
                + #""figures":{"grants":1,"granted":200,"remaining":99800,"refused_budget":2,"refused_payer":1}}"#)
    }
}
