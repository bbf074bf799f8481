/// What an order earns. Amounts are whole fen, rounded down, and never 0.
///
/// ``Promotion`` checks the ranges: the reward of a promotion that exists is valid.
public enum Reward: Sendable, Hashable {
    /// The same for every order, fen.
    case fixed(amountFen: Int64)
    /// A share of the order's amount in hundredths of a percent, at most the cap in fen.
    case percent(basisPoints: Int64, amountMaxFen: Int64)

    /// What an order of this amount earns, fen; nil where it would be nothing.
    ///
    /// The amount comes from outside: any is taken, and one below 1 earns nothing.
    public func fen(forAmountFen amount: Int64) -> Int64? {
        guard amount > 0 else { return nil }
        switch self {
        case .fixed(let fen): return fen
        case .percent(let basisPoints, let amountMaxFen):
            precondition(CampaignLimits.basisPoints.contains(basisPoints), "basisPoints is outside 1…10,000")
            // Quotient and remainder apart: neither product can overflow, and together they are exact.
            let whole = 10_000 as Int64
            let share = amount / whole * basisPoints + amount % whole * basisPoints / whole
            return share > 0 ? min(share, amountMaxFen) : nil
        }
    }

    /// The least that any order of this amount or more earns, fen; at least 1.
    func leastFen(fromAmountFen amountMin: Int64) -> Int64 {
        // A share grows with the amount in steps of at most 1 fen, so where the least order earns nothing, some order earns 1.
        fen(forAmountFen: amountMin) ?? 1
    }

    func check() throws(CampaignError) {
        switch self {
        case .fixed(let fen): try Self.check(fen, "reward.amount", in: CampaignLimits.rewardFen, unit: "fen")
        case .percent(let basisPoints, let amountMaxFen):
            let unit = "hundredths of a percent"
            try Self.check(basisPoints, "reward.basis_points", in: CampaignLimits.basisPoints, unit: unit)
            try Self.check(amountMaxFen, "reward.amount_max", in: CampaignLimits.rewardFen, unit: "fen")
        }
    }

    private static func check(
        _ value: Int64, _ member: String, in range: ClosedRange<Int64>, unit: String
    ) throws(CampaignError) {
        guard range.contains(value) else { throw .outside(range, unit: unit, member: member) }
    }
}
