internal import AccessControl
internal import HTTPDataPlane
internal import Logging
internal import MerchantPush
internal import Merchants
internal import MessageModel
internal import NoticeIngest
internal import OrderRecovery
internal import PaymentEntry
internal import PaymentGate
internal import QueueStore
internal import Reconciliation
internal import Settings
internal import Telemetry
internal import Tillwire

/// Everything the daemon is made of, opened and joined but not running yet.
struct DaemonParts: Sendable {
    let settings: BrokerSettings
    let logger: Logger
    let metrics: MetricsRegistry
    let watch: StoreWatch
    let broker: EmbeddedBroker
    let loops: DataPlaneLoops
    let tokens: AccessTokens
    let directory: MerchantDirectory
    let registry: MerchantRegistry<Store>
    let book: RestrictionBook<Store>
    let client: OutboundClient
    /// How payments enter, whatever tells of them.
    let entry: PaymentEntry<Store>
    let push: MerchantPush<Store>
    /// Who calls WeChat Pay; nil where it is not called.
    let platform: PlatformSide?
    /// Asks for orders nobody told of; nil where WeChat Pay is not called.
    let recovery: OrderRecovery<Store>?
    /// WeChat Pay's keys; nil where no APIv3 key is set.
    let platformKeys: PlatformKeySide?
    let rating: RatingParts
    /// The comparison with the daily bill.
    let reconciliation: Reconciliation<Store>
    /// Nil where nothing of WeChat Pay is set.
    let ingest: NoticeIngest<Store>?
    let restricted: RestrictionParts
    let gate: Gatekeeper
    let consumers: TopicConsumers
    let topicPush: TopicPush
    /// The keys of the queue API and their file; nil where none is set.
    let apiKeys: APIKeyFileFollower?
    /// The queue API; nil where nothing lets anybody in.
    let queueDoor: QueueDoor?

    /// Ends what was opened, the store last: it finishes what was accepted and syncs. Call after all services have ended.
    func close() async {
        await client.shutdown()
        await topicPush.shutdown()
        await platform?.shutdown()
        await loops.shutdown()
        await broker.close()
    }
}
