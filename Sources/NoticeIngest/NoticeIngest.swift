public import AccessControl
public import Engine
public import HTTPDataPlane
public import Logging
public import MessageModel
public import PaymentNotice
public import ServiceLifecycle
internal import Synchronization
public import Tillwire

/// The door for WeChat Pay's notices of API v3, and of v2 by ``doorV2``: verifies and decrypts on the event loop, has the store commit, then answers.
///
/// Refusals are answered at once; everything authentic of one event-loop turn goes to the recorder in one call and to the store in
/// one commit call. The notice is answered with success only when its message is on the disk. Thread-safe.
public final class NoticeIngest<E: Engine>: DataPlaneHandler, Service {
    let recorder: NoticeRecorder<E>
    let ledger = NoticeLedger()
    let gate: NoticeGate
    let transactions: NoticeTransactions<E.Receipt>
    let stores: any StoreDirectory
    let time: any TimeSource
    let logger: Logger
    private let settings: NoticeIngestSettings
    private let heldVerifiers: Mutex<NoticeVerifiers>

    /// Opens the door: makes the topics `order-payments` (queue `merchant-orders`) and `platform-notices` (queue of the same name) where
    /// they are missing.
    ///
    /// - Parameters:
    ///   - verifier: its keyring is where keys are changed over while the door is open; an empty one refuses every notice of v3.
    ///   - verifierV2: nil where no notices of API v2 are taken.
    /// - Throws: why the store refused one of them.
    public static func open(
        broker: Broker<E>, verifier: NoticeVerifier<PlatformKeyring>, v2 verifierV2: NoticeV2Verifier<APIv2Key>? = nil,
        stores: any StoreDirectory, time: any TimeSource, logger: Logger, settings: NoticeIngestSettings = .init()
    ) async throws(BrokerError) -> NoticeIngest<E> {
        let roads = try await makeRoads(broker)
        return NoticeIngest(
            broker: broker,
            transactions: NoticeTransactions(orderPayments: roads.payments, platformNotices: roads.notices),
            verifiers: NoticeVerifiers(v3: verifier, v2: verifierV2), stores: stores, time: time, logger: logger,
            settings: settings)
    }

    /// Opens the door with keys that stay as they are.
    ///
    /// - Throws: why the store refused a topic or queue.
    public static func open(
        broker: Broker<E>, verifier: NoticeVerifier<PlatformKeys>, v2 verifierV2: NoticeV2Verifier<APIv2Key>? = nil,
        stores: any StoreDirectory, time: any TimeSource, logger: Logger, settings: NoticeIngestSettings = .init()
    ) async throws(BrokerError) -> NoticeIngest<E> {
        try await open(
            broker: broker, verifier: fixed(verifier), v2: verifierV2, stores: stores, time: time, logger: logger,
            settings: settings)
    }

    private static func fixed(_ verifier: NoticeVerifier<PlatformKeys>) -> NoticeVerifier<PlatformKeyring> {
        NoticeVerifier(settings: verifier.settings, crypto: PlatformKeyring(verifier.crypto))
    }

    private init(
        broker: Broker<E>, transactions: NoticeTransactions<E.Receipt>, verifiers: NoticeVerifiers,
        stores: any StoreDirectory, time: any TimeSource, logger: Logger, settings: NoticeIngestSettings
    ) {
        recorder = NoticeRecorder(broker: broker, ledger: ledger, time: time, logger: logger)
        gate = NoticeGate(settings: settings)
        self.transactions = transactions
        heldVerifiers = Mutex(verifiers)
        self.stores = stores
        self.time = time
        self.logger = logger
        self.settings = settings
    }

    /// Makes the two topics and their queues where they are missing: also where no notices are taken, since whoever publishes an order over the
    /// queue API relies on its way to the merchant (`design.md` §4).
    ///
    /// - Throws: why the store refused one of them.
    @discardableResult
    public static func makeRoads(_ broker: Broker<E>) async throws(BrokerError) -> (payments: TopicID, notices: TopicID)
    {
        let payments = try await road(broker, topic: RoadNames.orderPaymentsTopic, queue: RoadNames.merchantOrdersQueue)
        let notices = try await road(
            broker, topic: RoadNames.platformNoticesTopic, queue: RoadNames.platformNoticesTopic)
        return (payments, notices)
    }

    /// Makes a topic and the queue that takes all of it.
    private static func road(_ broker: Broker<E>, topic: String, queue: String) async throws(BrokerError) -> TopicID {
        let made = try await broker.createTopic(EntityName(topic))
        try await made.subscribe(broker.createQueue(EntityName(queue)), as: EntityName(queue))
        return made.id
    }

    /// Takes other keys or merchant numbers of API v3 from the next batch on. Thread-safe.
    public func replace(verifier: NoticeVerifier<PlatformKeys>) {
        heldVerifiers.withLock { $0.v3 = Self.fixed(verifier) }
    }

    /// Takes another key or other merchant numbers of API v2 from the next batch on. Thread-safe.
    public func replace(v2 verifier: NoticeV2Verifier<APIv2Key>) {
        heldVerifiers.withLock { $0.v2 = verifier }
    }

    var verifiers: NoticeVerifiers { heldVerifiers.withLock { $0 } }

    /// What happened since the start. Thread-safe.
    public func figures() -> NoticeFigures {
        var figures = ledger.figures
        figures.inFlight = gate.count
        return figures
    }

    /// Waits for the graceful shutdown, then answers new notices with 503 and waits for those under way, at most the settings' bound.
    ///
    /// What is unanswered after that is unanswered for good: WeChat Pay sends it again.
    public func run() async throws {
        try? await gracefulShutdown()
        gate.close()
        await withTaskGroup { group in
            group.addTask { await self.gate.waitUntilEmpty() }
            group.addTask { [settings] in
                try? await Task.sleep(for: .milliseconds(settings.drainMillisMax))
                self.gate.stopWaiting()
            }
            await group.next()
            group.cancelAll()
        }
    }
}
