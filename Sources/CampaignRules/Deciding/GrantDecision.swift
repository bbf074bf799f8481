/// What a promotion does with one order.
public enum GrantDecision: Sendable, Hashable {
    /// It grants this reward, fen; never 0.
    case grant(rewardFen: Int64)
    /// The order earns nothing: its reward rounds down to 0.
    case noReward
    /// The reward is more than what is left of the budget. There are no partial grants.
    case budget
    /// The payer has as many grants as one payer gets.
    case payerLimit
}

extension Promotion {
    /// Decides about an order that ``OrderCriteria/admits(merchantID:amountFen:paidAtMillis:)`` has let pass.
    ///
    /// The payer's limit goes before the budget: it would stand in the way with any budget. A smaller reward may still be granted
    /// after a larger one was refused for the budget.
    /// - Parameters:
    ///   - orderAmountFen: the order's amount.
    ///   - figures: what was granted so far; ``PromotionFigures/record(_:)`` takes the decision in.
    ///   - payerGrantCount: grants this payer has from this promotion so far.
    public func decision(
        orderAmountFen: Int64, figures: PromotionFigures, payerGrantCount: Int64
    ) -> GrantDecision {
        guard let rewardFen = reward.fen(forAmountFen: orderAmountFen) else { return .noReward }
        if let grantsPerPayerMax, payerGrantCount >= grantsPerPayerMax { return .payerLimit }
        return rewardFen <= figures.remainingFen(ofBudgetFen: budgetFen) ? .grant(rewardFen: rewardFen) : .budget
    }
}
