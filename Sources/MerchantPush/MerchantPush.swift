public import Engine
public import HTTPDataPlane
public import Logging
public import MessageModel
internal import PaymentNotice
internal import PushSchedule
public import ServiceLifecycle
public import Tillwire

/// The HTTP proxy: pulls `merchant-orders` and posts every order to its merchant, until the merchant's endpoint accepted it.
///
/// An order is acknowledged in the store only after the endpoint's success; a crash in between delivers it again, under the same id. Attempt numbers and
/// due times live in the store: an order that waits for its next attempt waits there. Decisions are taken by ``PushStateMachine`` and
/// ``AttemptDecision``; this actor performs them.
public actor MerchantPush<E: Engine>: Service {
    let broker: Broker<E>
    let queue: Queue<E>
    let transactions: PushTransactions<E.Receipt>
    let directory: any PushDirectory
    let sender: PushSender<E>
    let time: any TimeSource
    let logger: Logger
    let settings: MerchantPushSettings

    var machine: PushStateMachine<PushOrder<E.Receipt>>
    var counters = PushFigures()
    /// Results that wait for their commit, in the order they came.
    var results: [PendingResult<E.Receipt>] = []
    /// Results that are being committed.
    var committingCount = 0
    /// Orders whose merchant has no endpoint, on their way to the hold queues.
    var toHold: [PushOrder<E.Receipt>] = []
    /// Orders taken out of `toHold` whose results are not there yet.
    var holdingCount = 0
    /// Merchants whose held orders are to be moved back.
    var toReturn: Set<String> = []
    /// When a line about this kind of alarm was last logged; kinds are a bounded set.
    var loggedAtMillis: [String: UInt64] = [:]
    var isStopping = false

    let resultSignal = WakeSignal()
    let holdSignal = WakeSignal()
    let returnSignal = WakeSignal()
    let roomSignal = WakeSignal()
    /// Raised when the stop begins.
    let stopSignal = WakeSignal()
    /// Orders that got a slot; never more than there are slots.
    let started: AsyncStream<StartedPush<E.Receipt>>
    let startedFeed: AsyncStream<StartedPush<E.Receipt>>.Continuation

    /// Makes the queues `merchant-orders` and `dead-orders` where they are missing.
    ///
    /// - Throws: why the store refused one of them. Settings are expected to have passed `validate()`.
    public static func open(
        broker: Broker<E>, directory: any PushDirectory, client: OutboundClient, time: any TimeSource, logger: Logger,
        settings: MerchantPushSettings = .init()
    ) async throws(BrokerError) -> MerchantPush<E> {
        let queue = try await broker.createQueue(EntityName(RoadNames.merchantOrdersQueue))
        let dead = try await broker.createQueue(EntityName(PushQueues.deadOrders))
        return MerchantPush(
            broker: broker, queue: queue, dead: dead, directory: directory, client: client, time: time, logger: logger,
            settings: settings)
    }

    private init(
        broker: Broker<E>, queue: Queue<E>, dead: Queue<E>, directory: any PushDirectory, client: OutboundClient,
        time: any TimeSource, logger: Logger, settings: MerchantPushSettings
    ) {
        self.broker = broker
        self.queue = queue
        transactions = PushTransactions(merchantOrders: queue.id, deadOrders: dead.id)
        self.directory = directory
        sender = PushSender(
            broker: broker, directory: directory, client: client, time: time, userAgent: settings.userAgent)
        self.time = time
        self.logger = logger
        self.settings = settings
        machine = PushStateMachine(settings: settings)
        (started, startedFeed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(settings.slotCountMax))
    }

    /// Pulls and pushes until the graceful shutdown. Run it once.
    ///
    /// Then pulling ends, orders that wait are released at once, attempts under way get `stopMillisMax` to finish and are broken off after it, and the
    /// results are committed. A cancelled task or a crash leaves the orders leased: they come back when their leases end.
    public func run() async throws {
        findHeldOrders()
        await withTaskGroup(of: Void.self) { committing in
            committing.addTask { await self.commitResults() }
            await withTaskGroup(of: Void.self) { working in
                working.addTask { await self.attemptStarted() }
                working.addTask { await self.holdOrders() }
                working.addTask { await self.returnHeldOrders() }
                await self.pullUntilShutdown()
                self.beginStop()
                await working.waitForAll()
            }
            // Only now has every attempt left its result.
            self.resultSignal.finish()
            await committing.waitForAll()
        }
    }

    private func pullUntilShutdown() async {
        await cancelWhenGracefulShutdown { await self.pullOrders() }
    }

    /// Releases what waits at once, lets nothing new start, and begins the time attempts under way have left.
    private func beginStop() {
        isStopping = true
        for order in machine.emptied() { deferOrder(order, delayMillis: 0) }
        stopSignal.raise()
        startedFeed.finish()
        holdSignal.finish()
        returnSignal.finish()
    }

    /// Moves the merchant's held orders back, if it has an endpoint now. Call after every change of a merchant; returns at once. Thread-safe.
    public func merchantChanged(_ merchantID: String) {
        machine.resumed(merchantID, nowMillis: nowMillis)
        guard directory.endpoint(merchantID: merchantID) != nil, toReturn.count < MerchantPushLimits.returnCountMax
        else {
            return
        }
        toReturn.insert(merchantID)
        returnSignal.raise()
    }

    /// This clock's moment, Unix milliseconds.
    var nowMillis: Int64 { Int64(time.now.milliseconds) }

    /// Whether a line about this kind of alarm may be logged now.
    func mayLog(_ kind: String) -> Bool {
        let now = time.now.milliseconds
        if let last = loggedAtMillis[kind], now < last + MerchantPushLimits.alarmLogMillisMin { return false }
        loggedAtMillis[kind] = now
        return true
    }

    /// Lets time pass; at once where the task is cancelled.
    func pause(millis: UInt64) async {
        try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
    }
}

/// Names of queues that belong to push.
public enum PushQueues {
    /// Orders whose ladder ended, and messages that are no orders.
    public static let deadOrders = "dead-orders"
}
