/// What a promotion and a campaign must come to, as the world itself computes it from the orders that were stored.
/// Pure; money in fen.
struct PromotionForecast: Sendable, Equatable {
    /// Orders the promotion is for.
    let eligible: Int
    /// Grants; nil where the order in which payments were stored decides how many there are.
    let grants: Int?
    /// The grants' rewards together. Which order of a payer is his first is not for the world to know: so a range.
    let grantedFen: ClosedRange<Int64>
    /// Orders without grant because the budget was used up; nil as above.
    let refusedForBudget: Int?
    /// Orders without grant because their payers had theirs; nil as above.
    let refusedForPayer: Int?

    /// The forecast over the stored orders.
    /// - Complexity: O(n log n) in orders.
    init(_ promotion: Promotion, orders: some Sequence<Payment>) {
        let matching = orders.filter { promotion.filter.matches($0) }
        let rewards = Dictionary(grouping: matching, by: \.payer).values.map { orders in
            orders.map { promotion.reward.fen(ofOrderFen: $0.amount) }.sorted()
        }
        let limit = promotion.grantsPerPayerMax ?? .max
        let wantedCount = rewards.reduce(0) { $0 + min($1.count, limit) }
        let least = rewards.reduce(Int64(0)) { $0 + $1.prefix(limit).reduce(0, +) }
        let most = rewards.reduce(Int64(0)) { $0 + $1.suffix(limit).reduce(0, +) }
        eligible = matching.count
        if most <= promotion.budgetFen {
            grants = wantedCount
            grantedFen = least...most
            refusedForBudget = 0
            refusedForPayer = matching.count - wantedCount
        } else if case .fixed(let reward) = promotion.reward, promotion.grantsPerPayerMax == nil {
            let affordableCount = Int(promotion.budgetFen / reward)
            let grantCount = min(wantedCount, affordableCount)
            grants = grantCount
            grantedFen = Int64(grantCount) * reward...Int64(grantCount) * reward
            refusedForBudget = matching.count - grantCount
            refusedForPayer = 0
        } else {
            grants = nil
            grantedFen = 0...promotion.budgetFen
            refusedForBudget = nil
            refusedForPayer = nil
        }
    }
}

/// What a campaign counted, or must have counted.
struct CampaignFigures: Sendable, Equatable {
    /// Orders.
    let orders: Int
    /// Their order amounts together, fen.
    let amountFen: Int64
    /// Distinct payers.
    let payers: Int
}

extension CampaignFigures {
    /// What the world counts over the stored orders.
    init(_ campaign: Campaign, orders: some Sequence<Payment>) {
        let matching = orders.filter { campaign.filter.matches($0) }
        self.init(
            orders: matching.count, amountFen: matching.reduce(0) { $0 + $1.amount },
            payers: Set(matching.map(\.payer)).count)
    }
}
