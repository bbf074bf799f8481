/// The account of promotions and campaigns: what the daemon granted and counted beside what the world predicts from the
/// orders that were stored. Pure; money in fen.
struct MarketingAccount: Sendable, Equatable {
    /// One promotion.
    struct PromotionLine: Sendable, Equatable {
        let promotion: Promotion
        /// nil when the daemon does not know it.
        var figures: PromotionFigures?
        var forecast: PromotionForecast
    }

    /// One campaign.
    struct CampaignLine: Sendable, Equatable {
        let id: String
        /// nil when the daemon does not know it.
        var figures: CampaignFigures?
        var counted: CampaignFigures
    }

    /// Promotions, in the order in which they were made.
    var promotions: [PromotionLine]
    /// Campaigns.
    var campaigns: [CampaignLine]
    /// Messages in the queue of grants.
    var grantMessages: Int
    /// What the consumers had not worked off.
    var undrained: [String: Int]

    /// Draws the account.
    /// - Parameter stored: the payments of all orders in the daemon's store.
    init(_ plan: MarketingPlan, results: ConsumerResults, stored: [Payment]) {
        promotions = plan.promotions.map {
            PromotionLine(
                promotion: $0, figures: results.promotions[$0.id], forecast: PromotionForecast($0, orders: stored))
        }
        campaigns = plan.campaigns.map {
            CampaignLine(
                id: $0.id, figures: results.campaigns[$0.id], counted: CampaignFigures($0, orders: stored))
        }
        grantMessages = results.grantMessages
        undrained = results.undrained
    }

    /// Grants of all promotions.
    var grantCount: Int { promotions.reduce(0) { $0 + ($1.figures?.grants ?? 0) } }

    /// What is wrong with it; empty when nothing is.
    var faults: [String] {
        promotions.flatMap(\.faults) + campaigns.flatMap(\.faults)
            + (grantMessages == grantCount
                ? [] : ["\(grantCount) grants were made, \(grantMessages) are in their queue"])
            + undrained.sorted { $0.key < $1.key }.map { "queue \($0.key) was not worked off: \($0.value) left" }
    }

    /// The account as lines of text.
    var lines: [String] {
        ["Promotions"] + promotions.flatMap(\.lines) + ["  messages in the queue of grants: \(grantMessages)"]
            + ["Campaigns"] + campaigns.map(\.line)
    }
}

extension MarketingAccount.PromotionLine {
    fileprivate var faults: [String] {
        guard let figures else { return ["promotion \(promotion.id) is missing"] }
        var found: [String] = []
        func check(_ isRight: Bool, _ text: @autoclosure () -> String) {
            if !isRight { found.append("promotion \(promotion.id): " + text()) }
        }
        check(
            figures.grantedFen <= promotion.budgetFen,
            "\(figures.grantedFen) fen were granted of a budget of \(promotion.budgetFen)")
        check(
            figures.grantedFen + figures.remainingFen == promotion.budgetFen,
            "\(figures.grantedFen) fen granted + \(figures.remainingFen) remaining are not the budget of"
                + " \(promotion.budgetFen)")
        check(
            forecast.grantedFen.contains(figures.grantedFen),
            "\(figures.grantedFen) fen were granted, \(Self.text(forecast.grantedFen)) are right")
        func compare(_ what: String, _ told: Int, _ right: Int?) {
            check(right == nil || told == right, "\(told) \(what), \(right ?? 0) are right")
        }
        compare("grants", figures.grants, forecast.grants)
        compare("orders refused for the budget", figures.refusedForBudget, forecast.refusedForBudget)
        compare("orders refused for their payers", figures.refusedForPayer, forecast.refusedForPayer)
        return found
    }

    fileprivate var lines: [String] {
        guard let figures else { return ["  \(promotion.id): unknown to the daemon"] }
        return [
            "  \(promotion.id), \(figures.state): \(figures.grants) grants, \(Format.yuan(figures.grantedFen)) yuan"
                + " granted of \(Format.yuan(promotion.budgetFen)); refused for the budget"
                + " \(figures.refusedForBudget), for the payer \(figures.refusedForPayer)",
            "    the world expects \(forecast.grants.map { "\($0) grants" } ?? "no certain number of grants") of"
                + " \(forecast.eligible) orders, \(Self.yuan(forecast.grantedFen)) yuan",
        ]
    }

    private static func text(_ range: ClosedRange<Int64>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func yuan(_ range: ClosedRange<Int64>) -> String {
        guard range.lowerBound < range.upperBound else { return Format.yuan(range.lowerBound) }
        return Format.yuan(range.lowerBound) + " to " + Format.yuan(range.upperBound)
    }
}

extension MarketingAccount.CampaignLine {
    fileprivate var faults: [String] {
        guard let figures else { return ["campaign \(id) is missing"] }
        guard figures != counted else { return [] }
        return ["campaign \(id): \(Self.text(figures)) were counted, the world counts \(Self.text(counted))"]
    }

    fileprivate var line: String {
        guard let figures else { return "  \(id): unknown to the daemon" }
        return "  \(id): \(Self.text(figures)); the world counts "
            + (figures == counted ? "the same" : Self.text(counted))
    }

    private static func text(_ figures: CampaignFigures) -> String {
        "\(figures.orders) orders of \(Format.yuan(figures.amountFen)) yuan by \(figures.payers) payers"
    }
}
