public import CampaignRules

/// Figures as a ``DefinitionBook`` keeps them.
public protocol KeptFigures: Sendable, Hashable {
    /// Nothing counted yet.
    init()
    /// Reads ``encoded()``.
    ///
    /// - Throws: ``CampaignRules/CampaignError/damaged(_:)``.
    init(encoded bytes: [UInt8]) throws(CampaignError)
    /// Their row.
    func encoded() -> [UInt8]
}

/// A definition as a ``DefinitionBook`` keeps it, together with its figures.
public protocol KeptDefinition: CampaignDefinition {
    /// What is counted for it.
    associatedtype Figures: KeptFigures

    /// How many that are not closed may concern one merchant.
    static var perMerchantCountMax: Int { get }

    /// Checks that it may take the place of a definition with these figures.
    func check(mayKeep figures: Figures) throws(CampaignError)
}

extension CampaignFigures: KeptFigures {}
extension PromotionFigures: KeptFigures {}

extension Campaign: KeptDefinition {
    /// What a campaign has counted.
    public typealias Figures = CampaignFigures

    /// See ``KeeperLimits/campaignsPerMerchantCountMax``.
    public static var perMerchantCountMax: Int { KeeperLimits.campaignsPerMerchantCountMax }

    /// Any figures fit.
    public func check(mayKeep figures: CampaignFigures) throws(CampaignError) {}
}

extension Promotion: KeptDefinition {
    /// What a promotion has granted.
    public typealias Figures = PromotionFigures

    /// See ``KeeperLimits/promotionsPerMerchantCountMax``.
    public static var perMerchantCountMax: Int { KeeperLimits.promotionsPerMerchantCountMax }

    /// The budget must cover what was granted.
    public func check(mayKeep figures: PromotionFigures) throws(CampaignError) { try checkBudget(covers: figures) }
}
