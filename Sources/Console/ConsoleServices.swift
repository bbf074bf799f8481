public import AccessControl
public import Engine
public import Merchants
public import Tillwire

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
    /// Who may use the API.
    public let tokens: AccessTokens
    /// What services report.
    public let sections: [StatusSection]
    /// Metrics in the Prometheus exposition format.
    public let metrics: @Sendable () async -> [UInt8]
    /// Nil where the daemon takes work, otherwise why not.
    public let unreadiness: @Sendable () async -> String?

    /// Joins the members.
    public init(
        broker: Broker<E>, registry: MerchantRegistry<E>, directory: MerchantDirectory, book: RestrictionBook<E>,
        tokens: AccessTokens, sections: [StatusSection] = [], metrics: @escaping @Sendable () async -> [UInt8],
        unreadiness: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.broker = broker
        self.registry = registry
        self.directory = directory
        self.book = book
        self.tokens = tokens
        self.sections = sections
        self.metrics = metrics
        self.unreadiness = unreadiness
    }
}
