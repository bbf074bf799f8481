public import BoundedJSON

/// A promotion with what it has granted, and where it stands.
public struct PromotionStanding: Sendable, Hashable {
    /// The definition.
    public let promotion: Promotion
    /// What it has granted and refused.
    public let figures: PromotionFigures
    /// Where it stands.
    public let state: CampaignState

    /// Joins the members.
    ///
    /// - Parameter nowMillis: the moment of ``state``, Unix milliseconds by the clock the caller goes by.
    public init(_ promotion: Promotion, figures: PromotionFigures, nowMillis: Int64) {
        self.promotion = promotion
        self.figures = figures
        self.state = CampaignState(
            promotion.criteria, nowMillis: nowMillis,
            remainingFen: figures.remainingFen(ofBudgetFen: promotion.budgetFen), rewardFenMin: promotion.rewardFenMin)
    }

    /// Writes the members the API shows, without the braces around them.
    ///
    /// - Parameter utcText: writes Unix milliseconds as an RFC 3339 time.
    public func write(into writer: inout JSONWriter, utcText: (Int64) -> String) {
        promotion.write(into: &writer, utcText: utcText)
        writer.member("state", state.rawValue)
        writer.key("figures")
        writer.beginObject()
        figures.write(into: &writer, budgetFen: promotion.budgetFen)
        writer.endObject()
    }
}
