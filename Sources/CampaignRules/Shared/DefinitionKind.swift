/// The two kinds of definitions an operator may put.
public enum DefinitionKind: String, Sendable, CaseIterable {
    /// Orders are counted.
    case campaign
    /// Orders earn rewards.
    case promotion

    /// The member that names a definition of this kind in the API.
    public var idMemberName: String {
        switch self {
        case .campaign: "campaign_id"
        case .promotion: "promotion_id"
        }
    }

    /// How many may be known at once.
    public var countMax: Int {
        switch self {
        case .campaign: CampaignLimits.campaignCountMax
        case .promotion: CampaignLimits.promotionCountMax
        }
    }
}
