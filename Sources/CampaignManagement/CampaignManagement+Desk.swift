public import CampaignRules
public import Campaigns
internal import MessageModel
public import TopicConsumer

extension CampaignManagement: CampaignDesk {
    /// See ``CampaignRules/CampaignDesk/put(_:)``. Besides what is said there, it refuses one campaign too many for a merchant, and an end that would
    /// open a closed campaign again.
    public func put(_ campaign: Campaign) async throws(CampaignError) -> (standing: CampaignStanding, isNew: Bool) {
        let (standing, isNew) = try await putDefinition(campaign)
        return (shown(standing), isNew)
    }

    /// See ``CampaignRules/CampaignDesk/get(id:)``.
    public func get(id: String) async throws(CampaignError) -> CampaignStanding {
        shown(try await getDefinition(id: id))
    }

    /// See ``CampaignRules/CampaignDesk/list(after:countMax:)``.
    public func list(after: String, countMax: Int) async throws(CampaignError) -> [CampaignStanding] {
        try await listDefinitions(after: after, countMax: countMax).map(shown)
    }

    /// See ``CampaignRules/CampaignDesk/remove(id:)``.
    public func remove(id: String) async throws(CampaignError) -> Bool { try await removeDefinition(id: id) }

    /// For status and metrics.
    public func figures() -> KeeperFigures { keeperFigures }

    /// The latest messages set aside, newest first. None until the rows were read for the first time.
    public func setAside(countMax: Int) -> [SetAsideLedger.Entry] { book.setAside.entries(countMax: countMax) }

    private func shown(_ standing: Standing) -> CampaignStanding {
        CampaignStanding(
            standing.definition, figures: standing.figures, nowMillis: Int64(clamping: time.now.milliseconds))
    }
}
