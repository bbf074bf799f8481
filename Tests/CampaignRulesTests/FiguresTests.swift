import CampaignRules
import Testing

@Suite struct FiguresTests {
    @Test("a campaign's row is a version and three big-endian numbers")
    func campaignLayout() throws {
        var figures = CampaignFigures()
        figures.count(amountFen: 0x0102_0304_0506, isNewPayer: true)
        figures.count(amountFen: 0, isNewPayer: false)
        let expected: [UInt8] =
            [1] + [0, 0, 0, 0, 0, 0, 0, 2] + [0, 0, 1, 2, 3, 4, 5, 6] + [0, 0, 0, 0, 0, 0, 0, 1]
        #expect(figures.encoded() == expected)
        #expect(try CampaignFigures(encoded: expected) == figures)
    }

    @Test("a promotion's row is a version and four big-endian numbers")
    func promotionLayout() throws {
        var figures = PromotionFigures()
        for decision in [.grant(rewardFen: 0x0102), .budget, .budget, .payerLimit] as [GrantDecision] {
            figures.record(decision)
        }
        let expected: [UInt8] =
            [1] + [0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 1, 2] + [0, 0, 0, 0, 0, 0, 0, 2]
            + [0, 0, 0, 0, 0, 0, 0, 1]
        #expect(figures.encoded() == expected)
        #expect(try PromotionFigures(encoded: expected) == figures)
    }

    @Test("random figures come back as they were", arguments: 1...50 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var counted = CampaignFigures()
        var granted = PromotionFigures()
        for _ in 0..<Int.random(in: 0...300, using: &random) {
            let amount = Int64.random(in: 1...1_000_000_000_000, using: &random)
            counted.count(amountFen: amount, isNewPayer: Bool.random(using: &random))
            let decisions: [GrantDecision] = [.grant(rewardFen: amount), .noReward, .budget, .payerLimit]
            granted.record(decisions.randomElement(using: &random) ?? .budget)
            #expect(try CampaignFigures(encoded: counted.encoded()) == counted, "seed \(seed)")
            #expect(try PromotionFigures(encoded: granted.encoded()) == granted, "seed \(seed)")
        }
    }

    @Test("truncated, extended and other rows are refused")
    func refused() {
        let campaign = CampaignFigures().encoded()
        let promotion = PromotionFigures().encoded()
        for count in 0..<campaign.count { #expect(campaignError(Array(campaign.prefix(count))) != nil) }
        for count in 0..<promotion.count { #expect(promotionError(Array(promotion.prefix(count))) != nil) }
        #expect(campaignError([]) == "the stored figures of a campaign are empty")
        #expect(campaignError(campaign + [0]) == "the stored figures of a campaign have 26 bytes; 25 are needed")
        #expect(promotionError(promotion + [0]) == "the stored figures of a promotion have 34 bytes; 33 are needed")
        #expect(campaignError(promotion) == "the stored figures of a campaign have 33 bytes; 25 are needed")
        #expect(promotionError(campaign) == "the stored figures of a promotion have 25 bytes; 33 are needed")
        for version in [0, 2, 255] as [UInt8] {
            let sentence = "have version \(version); 1 is known"
            #expect(campaignError([version] + campaign.dropFirst()) == "the stored figures of a campaign " + sentence)
            #expect(
                promotionError([version] + promotion.dropFirst()) == "the stored figures of a promotion " + sentence)
        }
    }

    @Test("numbers that cannot be are refused")
    func contradictions() {
        let contradict = "contradict each other"
        #expect(
            campaignError(row(1, 5, 2)) == "the stored figures of a campaign " + contradict, "more payers than orders")
        #expect(
            campaignError(row(0, 5, 0)) == "the stored figures of a campaign " + contradict, "an amount of no order")
        #expect(campaignError(row(1, 5, -1)) == "the stored figures of a campaign hold a negative number")
        #expect(campaignError(row(1, 0, 1)) == nil)
        #expect(
            promotionError(row(2, 1, 0, 0)) == "the stored figures of a promotion " + contradict, "grants of nothing")
        #expect(promotionError(row(0, 1, 0, 0)) == "the stored figures of a promotion " + contradict, "no grant")
        #expect(promotionError(row(1, 1_000_000_000_000_001, 0, 0)) != nil, "above any budget")
        #expect(promotionError(row(1, 1, 0, .min)) == "the stored figures of a promotion hold a negative number")
        #expect(promotionError(row(1, 1_000_000_000_000_000, 9, 9)) == nil)
    }

    @Test("an amount that would overflow stays at the largest number, one below 0 counts as 0")
    func saturates() {
        var figures = CampaignFigures()
        figures.count(amountFen: -5, isNewPayer: true)
        #expect(figures.amountFen == 0)
        figures.count(amountFen: .max, isNewPayer: false)
        figures.count(amountFen: 1, isNewPayer: false)
        #expect(figures.amountFen == .max)
        #expect(figures.orderCount == 3)
    }

    @Test("what remains of a budget is never below 0")
    func remaining() {
        var figures = PromotionFigures()
        figures.record(.grant(rewardFen: 70))
        #expect(([100, 70, 50] as [Int64]).map { figures.remainingFen(ofBudgetFen: $0) } == [30, 0, 0])
    }

    private func row(_ fields: Int64...) -> [UInt8] {
        [1] + fields.flatMap { field in (0..<8).map { UInt8(truncatingIfNeeded: field >> Int64(56 - 8 * $0)) } }
    }

    private func campaignError(_ bytes: [UInt8]) -> String? {
        Samples.refusal { () throws(CampaignError) in try CampaignFigures(encoded: bytes) }
    }

    private func promotionError(_ bytes: [UInt8]) -> String? {
        Samples.refusal { () throws(CampaignError) in try PromotionFigures(encoded: bytes) }
    }
}
