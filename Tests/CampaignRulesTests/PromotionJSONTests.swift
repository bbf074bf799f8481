import BoundedJSON
import CampaignRules
import Testing

@Suite struct PromotionJSONTests {
    private static let known =
        "promotion_id, name, starts, ends, merchants, amount_min, reward, budget, grants_per_payer_max"

    private static let wrongMembers: [WrongMember] = [
        WrongMember("promotion_id", #""winter""#, "promotion_id: only the one in the path is allowed"),
        WrongMember("campaign_id", #""summer""#, #"unknown member "campaign_id"; known are \#(known)"#),
        WrongMember("name", "", "name is missing"),
        WrongMember("merchants", "[]", #"merchants: "all" or 1 to 1000 merchant numbers are allowed"#),
        WrongMember("budget", "", "budget is missing"), WrongMember("budget", "null", "budget is missing"),
        WrongMember("budget", "\"1\"", "budget must be an integer"),
        WrongMember("budget", "1.5", "budget must be an integer"),
        WrongMember("budget", "0", "budget: 1 to 1000000000000000 fen are allowed"),
        WrongMember("budget", "1000000000000001", "budget: 1 to 1000000000000000 fen are allowed"),
        WrongMember("budget", "-9223372036854775809", "budget: 1 to 1000000000000000 fen are allowed"),
        WrongMember("grants_per_payer_max", "0", "grants_per_payer_max: 1 to 1000000 grants are allowed"),
        WrongMember("grants_per_payer_max", "1000001", "grants_per_payer_max: 1 to 1000000 grants are allowed"),
        WrongMember("grants_per_payer_max", "true", "grants_per_payer_max must be an integer"),
        WrongMember("reward", "", "reward is missing"), WrongMember("reward", "200", "reward must be a JSON object"),
        WrongMember("reward", "{}", "reward.kind is missing"),
        WrongMember("reward", #"{"kind":1}"#, "reward.kind must be a string"),
        WrongMember("reward", #"{"kind":"gift"}"#, "reward.kind: fixed or percent is allowed"),
        WrongMember("reward", #"{"kind":"fixed"}"#, "reward.amount is missing"),
        WrongMember("reward", #"{"kind":"fixed","amount":"9"}"#, "reward.amount must be an integer"),
        WrongMember("reward", #"{"kind":"fixed","amount":0}"#, "reward.amount: 1 to 1000000000000 fen are allowed"),
        WrongMember(
            "reward", #"{"kind":"fixed","amount":1000000000001}"#,
            "reward.amount: 1 to 1000000000000 fen are allowed"
        ),
        WrongMember(
            "reward", #"{"kind":"fixed","amount":1,"amount_max":1}"#,
            #"unknown member "reward.amount_max"; known are kind, amount"#
        ),
        WrongMember(
            "reward", #"{"kind":"percent","amount":1}"#,
            #"unknown member "reward.amount"; known are kind, basis_points, amount_max"#
        ),
        WrongMember(
            "reward", #"{"kind":"percent","share":1}"#,
            #"unknown member "reward.share"; known are kind, amount, basis_points, amount_max"#
        ),
        WrongMember("reward", #"{"kind":"percent","amount_max":1}"#, "reward.basis_points is missing"),
        WrongMember("reward", #"{"kind":"percent","basis_points":1}"#, "reward.amount_max is missing"),
        WrongMember(
            "reward", #"{"kind":"percent","basis_points":0,"amount_max":1}"#,
            "reward.basis_points: 1 to 10000 hundredths of a percent are allowed"
        ),
        WrongMember(
            "reward", #"{"kind":"percent","basis_points":10001,"amount_max":1}"#,
            "reward.basis_points: 1 to 10000 hundredths of a percent are allowed"
        ),
        WrongMember(
            "reward", #"{"kind":"percent","basis_points":1,"amount_max":0}"#,
            "reward.amount_max: 1 to 1000000000000 fen are allowed"
        ),
    ]

    @Test("a body with a fixed reward is read as it stands")
    func fixed() throws {
        let value = try Samples.json(Samples.promotionMembers)
        let promotion = try Promotion(json: value, id: "summer", millis: Samples.millis)
        #expect(promotion == (try Samples.promotion()))
    }

    @Test("a body with a percentage and without a payer's limit is read as it stands", arguments: ["", "null"])
    func percent(limit: String) throws {
        let reward = #"{"kind":"percent","basis_points":500,"amount_max":1000}"#
        let value = try Samples.json(Samples.promotionMembers, ["reward": reward, "grants_per_payer_max": limit])
        let promotion = try Promotion(json: value, id: "summer", millis: Samples.millis)
        #expect(promotion.reward == .percent(basisPoints: 500, amountMaxFen: 1_000))
        #expect(promotion.grantsPerPayerMax == nil)
    }

    @Test("a wrong member is named, with what is allowed", arguments: wrongMembers)
    func wrongMember(wrong: WrongMember) throws {
        #expect(try Samples.promotionRefusal([wrong.member: wrong.text]) == wrong.sentence)
    }

    @Test(
        "the smallest and largest values are allowed",
        arguments: [
            ("budget", "1"), ("budget", "1000000000000000"), ("grants_per_payer_max", "1000000"),
            ("reward", #"{"kind":"fixed","amount":1}"#), ("reward", #"{"kind":"fixed","amount":1000000000000}"#),
            ("reward", #"{"kind":"percent","basis_points":1,"amount_max":1}"#),
            ("reward", #"{"kind":"percent","basis_points":10000,"amount_max":1000000000000}"#),
        ])
    func atTheLimit(member: String, text: String) throws {
        #expect(try Samples.promotionRefusal([member: text]) == nil)
    }

    @Test("made in code, the same ranges hold")
    func madeInCode() throws {
        #expect(throws: CampaignError.self) { try Samples.promotion(reward: .fixed(amountFen: 0)) }
        #expect(throws: CampaignError.self) {
            try Samples.promotion(reward: .percent(basisPoints: 10_001, amountMaxFen: 1))
        }
        #expect(throws: CampaignError.self) {
            try Samples.promotion(reward: .percent(basisPoints: 1, amountMaxFen: 0))
        }
        #expect(throws: CampaignError.self) { try Samples.promotion(budgetFen: 0) }
        #expect(throws: CampaignError.self) { try Samples.promotion(grantsPerPayerMax: 0) }
        #expect(throws: CampaignError.self) { try Samples.promotion(amountMin: 0) }
    }

    @Test("what is written is read as the same promotion")
    func written() throws {
        let rewards: [Reward] = [.fixed(amountFen: 9), .percent(basisPoints: 500, amountMaxFen: 1_000)]
        for (reward, limit) in zip(rewards, [nil, 3] as [Int64?]) {
            let promotion = try Samples.promotion(reward: reward, grantsPerPayerMax: limit)
            let text = Samples.written { promotion.write(into: &$0) { "\($0)" } }
            let value = try JSONValue.parse(Array(text.utf8))
            #expect(try Promotion(json: value, id: "summer", millis: Samples.millis) == promotion)
        }
    }

    @Test("a budget may be lowered to what was granted, and no further")
    func budgetBelowGranted() throws {
        var figures = PromotionFigures()
        figures.record(.grant(rewardFen: 500))
        try Samples.promotion(budgetFen: 500).checkBudget(covers: figures)
        let sentence = "budget: 500 fen are granted already; 499 is less, at least 500 is allowed"
        let lower = try Samples.promotion(budgetFen: 499)
        #expect(Samples.refusal { () throws(CampaignError) in try lower.checkBudget(covers: figures) } == sentence)
    }
}
