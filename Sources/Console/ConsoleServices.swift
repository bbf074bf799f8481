public import AccessControl
public import CampaignRules
public import Engine
public import Merchants
public import MessageModel
public import NoticeRating
public import PaymentEntry
public import QueueStore
public import RiskRules
public import Tillwire
public import TopicConsumer
public import TradeBill

/// What the console shows and changes; given by the wiring.
public struct ConsoleServices<E: Engine>: Sendable {
    /// Queues, orders, figures.
    public let broker: Broker<E>
    /// Where merchants are changed.
    public let registry: MerchantRegistry<E>
    /// Where merchants are read.
    public let directory: MerchantDirectory
    /// Restrictions and their audit trail.
    public let book: RestrictionBook<E>
    /// Risk control; nil where it does not run.
    public let risk: (any RiskDesk)?
    /// Campaigns; nil where they do not run.
    public let campaigns: (any CampaignDesk)?
    /// Promotions; nil where they do not run.
    public let promotions: (any PromotionDesk)?
    /// The provider's rating; nil where no notices are taken.
    public let rating: (any RatingDesk)?
    /// What the platform announced about merchants; nil where nobody listens.
    public let announcements: (any AnnouncementDesk)?
    /// Recovery of orders nobody told of; nil where it does not run.
    public let recovery: (any RecoveryDesk)?
    /// The comparison with the daily bill; nil where it does not run.
    public let reconciliation: (any ReconciliationDesk)?
    /// What the consumers of the topic set aside, by consumer.
    public let setAside: [SetAsideSource]
    /// Who may use the API.
    public let tokens: AccessTokens
    /// WeChat Pay's keys in force; nil where no APIv3 key is set.
    public let platformKeys: (@Sendable () async -> PlatformKeysReport)?
    /// Makes a checked copy of the running store in a folder; nil where the engine has none to copy.
    public let backup: (@Sendable (_ folder: String) async throws(BrokerError) -> BackupReport)?
    /// What services report.
    public let sections: [StatusSection]
    /// Metrics in the Prometheus exposition format.
    public let metrics: @Sendable () async -> [UInt8]
    /// Nil where the daemon takes work, otherwise why not.
    public let unreadiness: @Sendable () async -> String?

    /// Joins the members.
    public init(
        broker: Broker<E>, registry: MerchantRegistry<E>, directory: MerchantDirectory, book: RestrictionBook<E>,
        tokens: AccessTokens, risk: (any RiskDesk)? = nil, campaigns: (any CampaignDesk)? = nil,
        promotions: (any PromotionDesk)? = nil, rating: (any RatingDesk)? = nil,
        announcements: (any AnnouncementDesk)? = nil, recovery: (any RecoveryDesk)? = nil,
        reconciliation: (any ReconciliationDesk)? = nil,
        setAside: [SetAsideSource] = [],
        platformKeys: (@Sendable () async -> PlatformKeysReport)? = nil,
        backup: (@Sendable (_ folder: String) async throws(BrokerError) -> BackupReport)? = nil,
        sections: [StatusSection] = [],
        metrics: @escaping @Sendable () async -> [UInt8],
        unreadiness: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.broker = broker
        self.registry = registry
        self.directory = directory
        self.book = book
        self.risk = risk
        self.campaigns = campaigns
        self.promotions = promotions
        self.rating = rating
        self.announcements = announcements
        self.recovery = recovery
        self.reconciliation = reconciliation
        self.setAside = setAside
        self.platformKeys = platformKeys
        self.backup = backup
        self.tokens = tokens
        self.sections = sections
        self.metrics = metrics
        self.unreadiness = unreadiness
    }
}

/// Where the console reads what one consumer of the topic set aside.
public struct SetAsideSource: Sendable {
    /// The consumer's name in the answer.
    public let name: String
    /// Reads the latest, newest first.
    public let read: @Sendable (_ countMax: Int) async -> [SetAsideLedger.Entry]

    /// Joins name and reader.
    public init(name: String, read: @escaping @Sendable (_ countMax: Int) async -> [SetAsideLedger.Entry]) {
        self.name = name
        self.read = read
    }
}
