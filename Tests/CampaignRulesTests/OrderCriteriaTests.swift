import CampaignRules
import Testing

@Suite struct OrderCriteriaTests {
    @Test("the window holds its start and not its end")
    func window() throws {
        let criteria = try Samples.criteria(starts: 1_000, ends: 2_000)
        let admitted = [999, 1_000, 1_999, 2_000].map {
            criteria.admits(merchantID: "19", amountFen: 1_000, paidAtMillis: $0)
        }
        #expect(admitted == [false, true, true, false])
    }

    @Test("a window of one millisecond is the shortest")
    func shortest() throws {
        let criteria = try Samples.criteria(starts: 5, ends: 6)
        #expect(criteria.admits(merchantID: "19", amountFen: 1_000, paidAtMillis: 5))
        #expect(throws: CampaignError.invalid(member: "ends", allowed: "only a time after starts is allowed")) {
            try Samples.criteria(starts: 6, ends: 6)
        }
    }

    @Test("an order of exactly the least amount counts, one of a fen less does not")
    func amount() throws {
        let criteria = try Samples.criteria(amountMin: 1_000)
        let admitted = [-1, 0, 999, 1_000, .max].map {
            criteria.admits(merchantID: "19", amountFen: $0, paidAtMillis: Samples.startsAtMillis)
        }
        #expect(admitted == [false, false, false, true, true])
    }

    @Test("a list admits its merchants and no others, all admits any")
    func merchants() throws {
        let named = try Samples.criteria(merchants: ["30", "10", "20"])
        let admitted = ["", "05", "10", "15", "20", "200", "30", "31"].filter {
            named.admits(merchantID: $0, amountFen: 1_000, paidAtMillis: Samples.startsAtMillis)
        }
        #expect(admitted == ["10", "20", "30"])
        #expect(try Samples.criteria().admits(merchantID: "x", amountFen: 1_000, paidAtMillis: Samples.startsAtMillis))
    }

    @Test("a list finds what a set finds", arguments: 1...20 as ClosedRange<UInt64>)
    func membership(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let ids = Set(
            (0..<Int.random(in: 1...1_000, using: &random)).map { _ in "\(UInt16.random(in: 0...2_000, using: &random))"
            })
        let selection = try MerchantSelection(merchantIDs: ids.shuffled(using: &random))
        for number in 0...2_000 {
            #expect(selection.contains("\(number)") == ids.contains("\(number)"), "seed \(seed)")
        }
    }

    @Test("the order in which merchants are named does not matter")
    func order() throws {
        #expect(
            try Samples.campaign(merchants: ["2", "10", "1"]) == (try Samples.campaign(merchants: ["1", "2", "10"])))
    }
}
