import CampaignRules
import Testing

@Suite struct StoredDefinitionTests {
    @Test("the stored form of version 1 stands as it was")
    func layout() throws {
        let campaign = try Samples.campaign(merchants: ["2", "1"])
        #expect(
            String(decoding: campaign.encoded(), as: UTF8.self)
                == #"{"version":1,"kind":"campaign","campaign_id":"summer","name":"Summer","starts":1782835200000,"#
                + #""ends":1783440000000,"merchants":["1","2"],"amount_min":1000}"#)
        #expect(
            String(decoding: try Samples.promotion().encoded(), as: UTF8.self)
                == #"{"version":1,"kind":"promotion","promotion_id":"summer","name":"Summer","starts":1782835200000,"#
                + #""ends":1783440000000,"merchants":"all","amount_min":1000,"reward":{"kind":"fixed","amount":200},"#
                + #""budget":100000,"grants_per_payer_max":1}"#)
    }

    @Test("random definitions come back as they were", arguments: 1...200 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let campaign = try randomCampaign(&random)
        #expect(try Campaign(encoded: campaign.encoded()) == campaign, "seed \(seed)")
        let promotion = try randomPromotion(&random)
        #expect(try Promotion(encoded: promotion.encoded()) == promotion, "seed \(seed)")
    }

    @Test("the largest promotion fits into its bound and its rows")
    func largest() throws {
        let prefix = String(repeating: "m", count: CampaignLimits.merchantIDByteCountMax - 4)
        let criteria = try OrderCriteria(
            startsAtMillis: 253_402_300_799_998, endsAtMillis: 253_402_300_799_999,
            merchants: try MerchantSelection(merchantIDs: (1_000..<2_000).map { "\(prefix)\($0)" }),
            amountMinFen: CampaignLimits.amountFenMax)
        let promotion = try Promotion(
            id: String(repeating: "i", count: 64), name: String(repeating: "\"", count: 128), criteria: criteria,
            reward: .percent(basisPoints: 10_000, amountMaxFen: CampaignLimits.amountFenMax),
            budgetFen: CampaignLimits.budgetFen.upperBound, grantsPerPayerMax: 1_000_000)
        let bytes = promotion.encoded()
        #expect(try Promotion(encoded: bytes) == promotion)
        #expect(bytes.count <= CampaignLimits.definitionByteCountMax)
        #expect(
            CampaignLimits.definitionPartCountMax * CampaignLimits.definitionPartByteCountMax
                >= CampaignLimits.definitionByteCountMax)
    }

    @Test("a definition of the other kind is told apart")
    func otherKind() throws {
        let campaign = try Samples.campaign().encoded()
        let promotion = try Samples.promotion().encoded()
        #expect(throws: CampaignError.otherKind(expected: .promotion, found: .campaign)) {
            try Promotion(encoded: campaign)
        }
        #expect(throws: CampaignError.otherKind(expected: .campaign, found: .promotion)) {
            try Campaign(encoded: promotion)
        }
    }

    @Test("every truncated form is refused as damaged, and so is one that goes on")
    func truncated() throws {
        let bytes = try Samples.promotion().encoded()
        for count in 0..<bytes.count { expectDamaged(Array(bytes.prefix(count))) }
        expectDamaged(bytes + [0x20])
        expectDamaged(bytes + bytes)
        expectDamaged([UInt8](repeating: 0x20, count: 40_001))
    }

    @Test(
        "another version, kind, member, value or spelling is refused as damaged",
        arguments: [
            (#""version":1"#, #""version":2"#), (#""version":1"#, #""version":"1""#), (#""version":1,"#, ""),
            (#""kind":"promotion","#, ""), (#""kind":"promotion""#, #""kind":"prize""#),
            (#""budget":"#, #""purse":"#), (#""budget":100000"#, #""budget":0"#),
            (#""budget":100000"#, #""budget":1e5"#), (#""budget":100000"#, #""budget": 100000"#),
            (#""starts":1782835200000"#, #""starts":"1782835200000""#), (#","amount_min":1000"#, ""),
            (#""merchants":"all""#, #""merchants":["2","1"]"#), (#""summer""#, #""sum mer""#),
            (#""Summer""#, #""S\u0075mmer""#), (#""version":1,"kind":"promotion""#, #""kind":"promotion","version":1"#),
        ])
    func changed(part: String, other: String) throws {
        let text = String(decoding: try Samples.promotion().encoded(), as: UTF8.self)
        let changed = text.replacing(part, with: other)
        #expect(changed != text)
        expectDamaged(Array(changed.utf8))
    }

    private func expectDamaged(_ bytes: [UInt8]) {
        do throws(CampaignError) {
            _ = try Promotion(encoded: bytes)
            Issue.record("read: \(String(decoding: bytes, as: UTF8.self))")
        } catch {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    private func randomCriteria(_ random: inout SeededGenerator) throws -> OrderCriteria {
        let starts = Int64.random(in: 0..<CampaignLimits.timeMillis.upperBound, using: &random)
        let numbers = Set((0..<Int.random(in: 1...60, using: &random)).map { _ in random.next() })
        let merchants = numbers.map { String($0, radix: 36, uppercase: $0 % 2 == 0) }
        return try OrderCriteria(
            startsAtMillis: starts,
            endsAtMillis: Int64.random(in: (starts + 1)...CampaignLimits.timeMillis.upperBound, using: &random),
            merchants: Bool.random(using: &random) ? .all : try MerchantSelection(merchantIDs: merchants),
            amountMinFen: Int64.random(in: CampaignLimits.amountMinFen, using: &random))
    }

    private func randomCampaign(_ random: inout SeededGenerator) throws -> Campaign {
        let letters = Array(#"aZ 9"\/é字🎉‮{}:,"#)
        let name = String(
            (0..<Int.random(in: 1...10, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        let id = "x" + String(random.next(), radix: 16) + "._-"
        return try Campaign(id: id, name: name, criteria: try randomCriteria(&random))
    }

    private func randomPromotion(_ random: inout SeededGenerator) throws -> Promotion {
        let base = try randomCampaign(&random)
        let fen = Int64.random(in: CampaignLimits.rewardFen, using: &random)
        let share = Int64.random(in: CampaignLimits.basisPoints, using: &random)
        return try Promotion(
            id: base.id, name: base.name, criteria: base.criteria,
            reward: Bool.random(using: &random)
                ? .fixed(amountFen: fen) : .percent(basisPoints: share, amountMaxFen: fen),
            budgetFen: Int64.random(in: CampaignLimits.budgetFen, using: &random),
            grantsPerPayerMax: Bool.random(using: &random)
                ? nil : Int64.random(in: CampaignLimits.grantsPerPayerCount, using: &random))
    }
}
