internal import AccessControl
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import QueueAPI
internal import QueueStore
internal import Settings
internal import Tillwire

/// What answers at the listener of the queue API.
struct QueueDoor: DataPlaneHandler {
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
        var options = NativeAPISettings()
        options.clockWindowSeconds = UInt64(settings.clockWindowSeconds)
        options.publicAuthorities = settings.publicAuthorities
        options.allowsUnsigned = settings.allowsUnsignedNative
        let operations = QueueOperations(broker: broker, settings: rules)
        native = NativeAPI(operations: operations, keys: keys, settings: options)
        var doors = QueueAPISettings()
        doors.clockWindowSeconds = UInt64(settings.clockWindowSeconds)
        doors.publicHosts = settings.publicAuthorities
        doors.allowsUnsigned = settings.allowsUnsignedAppID
        cmq = QueueAPI(
            operations: operations, keys: keys, time: broker.time, logger: Logger(label: "queue-api"), settings: doors)
    }

    /// The road of payments (`design.md` §4).
    private static var moneyRules: MoneyRules {
        var rules = MoneyRules()
        rules.topics = Self.names(RoadNames.orderPaymentsTopic)
        rules.subscriptions = Self.names(RoadNames.merchantOrdersQueue)
        rules.queues = Self.names(RoadNames.merchantOrdersQueue)
        return rules
    }

    private static func names(_ text: String) -> Set<EntityName> { (try? EntityName(text)).map { [$0] } ?? [] }

    /// CMQ's clients use whatever path was typed; the native API's is its own.
    func handle(_ batch: [DataPlaneExchange]) {
        var forNative: [DataPlaneExchange] = []
        var forCMQ: [DataPlaneExchange] = []
        for exchange in batch {
            if exchange.request.path.hasPrefix("/v1/") { forNative.append(exchange) } else { forCMQ.append(exchange) }
        }
        if !forNative.isEmpty { native.handle(forNative) }
        if !forCMQ.isEmpty { cmq.handle(forCMQ) }
    }
}
