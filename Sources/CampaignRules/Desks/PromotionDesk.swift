/// What the operator's console may ask of the service that keeps promotions.
///
/// Thread-safe. A change is durable when its call returns; a call that throws has changed nothing, unless the store could not say.
public protocol PromotionDesk: Sendable {
    /// Makes a promotion, or changes the one of that id; its figures stay.
    ///
    /// - Returns: how it stands now, and whether it is new.
    /// - Throws: ``CampaignError/tooMany(_:)`` for a new one beyond ``CampaignLimits/promotionCountMax``;
    ///   ``CampaignError/budgetBelowGranted(budgetFen:grantedFen:)`` for a budget that is spent already.
    func put(_ promotion: Promotion) async throws(CampaignError) -> (standing: PromotionStanding, isNew: Bool)

    /// One promotion.
    ///
    /// - Throws: ``CampaignError/notFound(_:id:)``.
    func get(id: String) async throws(CampaignError) -> PromotionStanding

    /// Promotions in ascending order of id, from the first whose id is greater than `after`; fewer than `countMax` only at the end.
    ///
    /// - Parameters:
    ///   - after: the last id of the page before; empty for the first page.
    ///   - countMax: 1…``CampaignLimits/pageCountMax`` + 1: one more than a page tells whether another follows.
    func list(after: String, countMax: Int) async throws(CampaignError) -> [PromotionStanding]

    /// Forgets a promotion and its figures.
    ///
    /// - Returns: false where there was none.
    func remove(id: String) async throws(CampaignError) -> Bool
}
