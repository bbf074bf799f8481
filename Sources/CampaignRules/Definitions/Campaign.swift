/// Orders that are counted together: how many, of what amount, by how many payers.
public struct Campaign: CampaignDefinition {
    /// Campaigns.
    public static let kind = DefinitionKind.campaign
    /// Names it among campaigns.
    public let id: String
    /// For people.
    public let name: String
    /// Which orders are counted.
    public let criteria: OrderCriteria

    /// Joins the members.
    ///
    /// - Throws: ``CampaignError/invalid(member:allowed:)`` for an id or name outside ``CampaignLimits``.
    public init(id: String, name: String, criteria: OrderCriteria) throws(CampaignError) {
        try checkDefinition(Self.kind, id: id, name: name)
        self.id = id
        self.name = name
        self.criteria = criteria
    }
}
