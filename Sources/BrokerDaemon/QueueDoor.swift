internal import AccessControl
internal import CampaignManagement
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MerchantPush
internal import MessageModel
internal import PaymentNotice
internal import PlatformRestrictions
internal import PromotionCampaign
internal import QueueAPI
internal import QueueStore
internal import RiskControl
internal import ServiceLifecycle
internal import Settings
internal import Tillwire

/// What answers at the listener of the queue API: the native API under `/v1`, CMQ's calls everywhere else, both over the same operations.
struct QueueDoor: StreamingDataPlaneHandler {
    let cmq: QueueAPI<Store>
    let native: NativeAPI<Store>
    let counters = DataPlaneCounters()

    /// The calls over the store, for the holders of `keys`.
    init(
        _ settings: QueueListenerSettings, keys: APIKeyBook, policy: EndpointPolicy, broker: EmbeddedBroker
    ) {
        var rules = QueueOperationSettings { text in
            do throws(EndpointURLError) {
                _ = try EndpointURL.parse(text, policy: policy)
                return nil
            } catch { return error.description }
        }
        rules.moneyRules = Self.moneyRules
        let operations = QueueOperations(broker: broker, settings: rules)
        var options = QueueAPISettings()
        options.clockWindowSeconds = UInt64(settings.clockWindowSeconds)
        options.publicHosts = settings.publicAuthorities
        options.allowsUnsigned = settings.allowsUnsignedAppID
        options.allowsUnsignedAction = settings.allowsUnsignedAction
        options.requiresSecretIDPrefix = settings.requiresSecretIDPrefix
        options.messageRequestsPerSecondMax = settings.messageRequestsPerSecondMax
        options.controlRequestsPerSecondMax = settings.controlRequestsPerSecondMax
        cmq = QueueAPI(
            operations: operations, keys: keys, time: broker.time, logger: Logger(label: "queue-api"), settings: options
        )
        var nativeOptions = NativeAPISettings()
        nativeOptions.clockWindowSeconds = UInt64(settings.clockWindowSeconds)
        nativeOptions.publicAuthorities = settings.publicAuthorities
        nativeOptions.allowsUnsigned = settings.allowsUnsignedNative
        native = NativeAPI(
            operations: operations, keys: keys, logger: Logger(label: "queue-api"), settings: nativeOptions)
    }

    /// What is started behind the listener and stops before it: ends waiting receives, so that the listener need not wait for them.
    var services: [any Service] { [cmq, native] }

    func handle(_ batch: [DataPlaneExchange]) {
        let forNative = batch.filter { NativeAPI<Store>.serves(path: $0.request.path) }
        if !forNative.isEmpty { native.handle(forNative) }
        if forNative.count == batch.count { return }
        cmq.handle(batch.filter { !NativeAPI<Store>.serves(path: $0.request.path) })
    }

    func streamsBody(method: String, target: String) -> Bool { native.streamsBody(method: method, target: target) }

    func handle(_ exchange: DataPlaneExchange, body: RequestBody) { native.handle(exchange, body: body) }

    // MARK: The daemon's own

    /// The road of payments (`design.md` §4) and what else the daemon's services have made for themselves: they find it by name at the next start,
    /// with the settings they gave it.
    private static var moneyRules: MoneyRules {
        let own = [
            RoadNames.merchantOrdersQueue, RoadNames.platformNoticesTopic, PlatformRestrictions<Store>.queueName,
            RiskControl<Store>.queueName,
            CampaignQueues.campaigns, PromotionQueues.promotions,
        ]
        var rules = MoneyRules()
        rules.topics = names([RoadNames.orderPaymentsTopic, RoadNames.platformNoticesTopic])
        rules.subscriptions = names(own)
        rules.queues = names(own + [PushQueues.deadOrders, PromotionQueues.grants])
        rules.queuePrefixes = [RoadNames.heldOrdersQueuePrefix]
        return rules
    }

    private static func names(_ texts: [String]) -> Set<EntityName> { Set(texts.compactMap { try? EntityName($0) }) }
}
