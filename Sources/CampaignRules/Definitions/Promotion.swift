/// Orders that earn a reward, until a budget is granted.
public struct Promotion: CampaignDefinition {
    /// Promotions.
    public static let kind = DefinitionKind.promotion
    /// Names it among promotions.
    public let id: String
    /// For people.
    public let name: String
    /// Which orders earn a reward.
    public let criteria: OrderCriteria
    /// What one order earns.
    public let reward: Reward
    /// What is granted in all at most, fen.
    public let budgetFen: Int64
    /// How many grants one payer gets at most; nil: as many as the budget allows.
    public let grantsPerPayerMax: Int64?

    /// Joins the members.
    ///
    /// - Throws: ``CampaignError/invalid(member:allowed:)`` for the first member outside ``CampaignLimits``.
    public init(
        id: String, name: String, criteria: OrderCriteria, reward: Reward, budgetFen: Int64,
        grantsPerPayerMax: Int64? = nil
    ) throws(CampaignError) {
        try checkDefinition(Self.kind, id: id, name: name)
        try reward.check()
        guard CampaignLimits.budgetFen.contains(budgetFen) else {
            throw .outside(CampaignLimits.budgetFen, unit: "fen", member: "budget")
        }
        let perPayer = CampaignLimits.grantsPerPayerCount
        guard grantsPerPayerMax.map(perPayer.contains) ?? true else {
            throw .outside(perPayer, unit: "grants", member: "grants_per_payer_max")
        }
        self.id = id
        self.name = name
        self.criteria = criteria
        self.reward = reward
        self.budgetFen = budgetFen
        self.grantsPerPayerMax = grantsPerPayerMax
    }

    /// The least it can ever grant to one order, fen. With less than this left of the budget it is exhausted.
    public var rewardFenMin: Int64 { reward.leastFen(fromAmountFen: criteria.amountMinFen) }

    /// Checks that it may take the place of a promotion with these figures.
    ///
    /// - Throws: ``CampaignError/budgetBelowGranted(budgetFen:grantedFen:)``.
    public func checkBudget(covers figures: PromotionFigures) throws(CampaignError) {
        guard budgetFen >= figures.grantedFen else {
            throw .budgetBelowGranted(budgetFen: budgetFen, grantedFen: figures.grantedFen)
        }
    }
}
