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
        native = NativeAPI(
            operations: QueueOperations(broker: broker, settings: rules), keys: keys, settings: options)
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

    func handle(_ batch: [DataPlaneExchange]) {
        native.handle(batch)
    }
}
