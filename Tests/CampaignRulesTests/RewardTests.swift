import CampaignRules
import Testing

@Suite struct RewardTests {
    @Test("a fixed reward is the same for every order that is paid")
    func fixed() {
        let reward = Reward.fixed(amountFen: 200)
        #expect(([1, 199, 1_000_000, .max] as [Int64]).map { reward.fen(forAmountFen: $0) } == [200, 200, 200, 200])
        #expect(([0, -1, .min] as [Int64]).map { reward.fen(forAmountFen: $0) } == [nil, nil, nil])
    }

    @Test("a share rounds down, earns nothing where it is 0, and stops at the cap")
    func percent() {
        let reward = Reward.percent(basisPoints: 500, amountMaxFen: 1_000)
        let earned = ([-100, 0, 1, 19, 20, 39, 40, 19_999, 20_000, 20_020, .max] as [Int64])
            .map { reward.fen(forAmountFen: $0) }
        #expect(earned == [nil, nil, nil, nil, 1, 1, 2, 999, 1_000, 1_000, 1_000])
    }

    @Test("the whole amount may be the reward, up to the largest amount there is")
    func whole() {
        let reward = Reward.percent(basisPoints: 10_000, amountMaxFen: .max)
        #expect(reward.fen(forAmountFen: .max) == .max)
        #expect(reward.fen(forAmountFen: 1) == 1)
    }

    @Test("shares agree with arithmetic in 128 bits", arguments: 1...20 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let basisPoints = Int64.random(in: CampaignLimits.basisPoints, using: &random)
            let cap = Int64.random(in: 1...Int64.max >> Int64.random(in: 0...62, using: &random), using: &random)
            let amount = Int64.random(in: 0...Int64.max >> Int64.random(in: 0...62, using: &random), using: &random)
            let share = Int128(amount) * Int128(basisPoints) / 10_000
            let expected = share == 0 ? nil : Int64(min(share, Int128(cap)))
            let reward = Reward.percent(basisPoints: basisPoints, amountMaxFen: cap)
            #expect(reward.fen(forAmountFen: amount) == expected, "seed \(seed)")
        }
    }

    @Test("no order of the least amount or more earns less than the least reward, and one earns it")
    func least() throws {
        for basisPoints in [1, 7, 499, 3_333, 9_999, 10_000] as [Int64] {
            for amountMin in stride(from: 1 as Int64, through: 120, by: 17) {
                let reward = Reward.percent(basisPoints: basisPoints, amountMaxFen: 50)
                let least = try Samples.promotion(reward: reward, amountMin: amountMin).rewardFenMin
                let earned = (amountMin...(amountMin + 10_000)).compactMap { reward.fen(forAmountFen: $0) }
                #expect(earned.min() == least)
            }
        }
        #expect(try Samples.promotion(reward: .fixed(amountFen: 200)).rewardFenMin == 200)
    }
}
