import CampaignRules
import Testing

@Suite struct CampaignIndexTests {
    @Test("nothing is found where nothing is known")
    func empty() {
        #expect(CampaignIndex<Campaign>([]).candidates(merchantID: "19").isEmpty)
    }

    @Test(
        "the index finds what a look through all definitions finds, in order of id",
        arguments: 1...40 as ClosedRange<UInt64>)
    func linearScan(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var campaigns: [Campaign] = []
        for number in 0..<Int.random(in: 1...60, using: &random) {
            let ids = (0..<30).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }.map { "m\($0)" }
            campaigns.append(try Samples.campaign(id: "c\(number)", merchants: ids.isEmpty ? nil : ids))
        }
        let index = CampaignIndex(campaigns.shuffled(using: &random))
        let sorted = campaigns.sorted { $0.id < $1.id }
        #expect(index.all == sorted)
        for merchant in (0..<32).map({ "m\($0)" }) + ["", "M1"] {
            let expected = sorted.filter { $0.criteria.merchants.contains(merchant) }
            #expect(index.candidates(merchantID: merchant) == expected, "seed \(seed), \(merchant)")
        }
    }

    @Test("entries of any type are found by the id and merchants they are given")
    func otherEntries() throws {
        let some = try MerchantSelection(merchantIDs: ["19", "20"])
        let entries: [(number: Int, merchants: MerchantSelection)] = [(3, .all), (1, some), (2, some)]
        let index = CampaignIndex(entries, id: { "\($0.number)" }, merchants: \.merchants)
        #expect(index.candidates(merchantID: "20").map(\.number) == [1, 2, 3])
        #expect(index.candidates(merchantID: "21").map(\.number) == [3])
    }

    @Test("two definitions of one id are the caller's mistake")
    func sameID() async {
        await #expect(processExitsWith: .failure) {
            _ = CampaignIndex(["a", "a"], id: { $0 }, merchants: { _ in .all })
        }
    }
}
