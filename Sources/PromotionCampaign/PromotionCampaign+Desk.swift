public import CampaignRules
public import Campaigns
internal import MessageModel
public import TopicConsumer

extension PromotionCampaign: PromotionDesk {
    /// See ``CampaignRules/PromotionDesk/put(_:)``. Besides what is said there, it refuses one promotion too many for a merchant, and an end that would
    /// open a closed promotion again.
    public func put(_ promotion: Promotion) async throws(CampaignError) -> (standing: PromotionStanding, isNew: Bool) {
        let (standing, isNew) = try await putDefinition(promotion)
        return (shown(standing), isNew)
    }

    /// See ``CampaignRules/PromotionDesk/get(id:)``.
    public func get(id: String) async throws(CampaignError) -> PromotionStanding {
        shown(try await getDefinition(id: id))
    }

    /// See ``CampaignRules/PromotionDesk/list(after:countMax:)``.
    public func list(after: String, countMax: Int) async throws(CampaignError) -> [PromotionStanding] {
        try await listDefinitions(after: after, countMax: countMax).map(shown)
    }

    /// See ``CampaignRules/PromotionDesk/remove(id:)``.
    public func remove(id: String) async throws(CampaignError) -> Bool { try await removeDefinition(id: id) }

    /// For status and metrics.
    public func figures() -> KeeperFigures { keeperFigures }

    /// The latest messages set aside, newest first. None until the rows were read for the first time.
    public func setAside(countMax: Int) -> [SetAsideLedger.Entry] { book.setAside.entries(countMax: countMax) }

    private func shown(_ standing: Standing) -> PromotionStanding {
        PromotionStanding(
            standing.definition, figures: standing.figures, nowMillis: Int64(clamping: time.now.milliseconds))
    }
}
