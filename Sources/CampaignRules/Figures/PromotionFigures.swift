public import BoundedJSON

/// What a promotion has granted and refused.
public struct PromotionFigures: Sendable, Hashable {
    /// Grants.
    public private(set) var grantCount: Int64
    /// The rewards granted together, fen.
    public private(set) var grantedFen: Int64
    /// Orders refused because of the budget.
    public private(set) var refusedBudgetCount: Int64
    /// Orders refused because of the payer's limit.
    public private(set) var refusedPayerCount: Int64

    private static let layout = FiguresLayout(version: 1, fieldCount: 4, kind: .promotion)

    /// Nothing granted or refused yet.
    public init() {
        grantCount = 0
        grantedFen = 0
        refusedBudgetCount = 0
        refusedPayerCount = 0
    }

    /// Takes a decision in; each exactly once. An order without a reward is counted nowhere.
    public mutating func record(_ decision: GrantDecision) {
        switch decision {
        case .grant(let rewardFen):
            precondition(rewardFen > 0, "a grant of nothing")
            grantCount += 1
            grantedFen += rewardFen
        case .noReward: break
        case .budget: refusedBudgetCount += 1
        case .payerLimit: refusedPayerCount += 1
        }
    }

    /// What is left of a budget, fen; never below 0.
    public func remainingFen(ofBudgetFen budget: Int64) -> Int64 { max(budget - grantedFen, 0) }

    /// Its row: 33 bytes.
    public func encoded() -> [UInt8] {
        Self.layout.encode([grantCount, grantedFen, refusedBudgetCount, refusedPayerCount])
    }

    /// Reads ``encoded()``.
    ///
    /// - Throws: ``CampaignError/damaged(_:)`` for another length or version, and for figures that contradict each other.
    public init(encoded bytes: [UInt8]) throws(CampaignError) {
        let fields = try Self.layout.decode(bytes)
        grantCount = fields[0]
        grantedFen = fields[1]
        refusedBudgetCount = fields[2]
        refusedPayerCount = fields[3]
        // Every grant is of 1 fen or more, and no budget is above its bound.
        let isPlausible = grantedFen >= grantCount && grantedFen <= CampaignLimits.budgetFen.upperBound
        guard isPlausible, grantCount > 0 || grantedFen == 0 else {
            throw Self.layout.damaged("contradict each other")
        }
    }

    /// Writes its members, without the braces around them.
    ///
    /// - Parameter budgetFen: the promotion's budget, for what remains of it.
    public func write(into writer: inout JSONWriter, budgetFen: Int64) {
        writer.member("grants", grantCount)
        writer.member("granted", grantedFen)
        writer.member("remaining", remainingFen(ofBudgetFen: budgetFen))
        writer.member("refused_budget", refusedBudgetCount)
        writer.member("refused_payer", refusedPayerCount)
    }
}
