public import CampaignRules
public import Campaigns
public import Engine
public import Logging
public import MessageModel
internal import PaymentNotice
public import ServiceLifecycle
public import Tillwire
public import TopicConsumer

/// Grants the rewards of promotions to orders while they come in, never above a budget.
///
/// It alone consumes the queue `promotions` of the topic of order payments. A grant, the figures it changes and its message in the queue
/// `promotion-grants` are committed with the order's acknowledgement, and a promotion remembers every order it granted or refused, so each order is
/// granted at most once however often it comes. See ``Campaigns/DefinitionBook`` for what is kept.
public actor PromotionCampaign<E: Engine>: DefinitionKeeper, Service {
    /// What it keeps.
    public typealias Definition = Promotion

    /// Owner of its state rows.
    public static var consumerID: ConsumerID { ConsumerID(rawValue: 5) }

    /// The broker.
    public nonisolated let broker: Broker<E>
    /// The queue `promotions`.
    public nonisolated let queue: Queue<E>
    /// Judges deliveries.
    public nonisolated let intake: OrderIntake
    /// The clock of pauses, and of the states that are shown.
    public nonisolated let time: any TimeSource
    /// Wakes the sweep.
    public nonisolated let sweepSignal = WakeSignal()
    /// Whose turn it is to change memory.
    public var turn = ChangeTurn(waitingCountMax: CampaignLimits.waitingChangeCountMax)
    /// True while memory is what the rows say.
    public var isLoaded = false
    /// Promotions with their figures.
    public var book: DefinitionBook<Promotion>
    /// What happened since the start.
    public var counters = KeeperCounters()
    private let grants: Queue<E>
    private let logger: Logger
    /// Messages of grants that wait for the commit.
    private var granted: [OutgoingMessage] = []
    private var grantedByteCount = 0

    /// Makes the topic of order payments and the queues `promotions` and `promotion-grants` where they are missing, and subscribes the former. Rows are
    /// read by the first call or order.
    ///
    /// - Throws: why the store refused one of them.
    public static func open(
        broker: Broker<E>, merchants: any KnownMerchants, time: any TimeSource, logger: Logger
    ) async throws(BrokerError) -> PromotionCampaign<E> {
        let topic = try await broker.createTopic(EntityName(RoadNames.orderPaymentsTopic))
        let grants = try await broker.createQueue(EntityName(PromotionQueues.grants))
        let queue = try await broker.createQueue(EntityName(PromotionQueues.promotions))
        try await topic.subscribe(queue, as: EntityName(PromotionQueues.promotions))
        return PromotionCampaign(
            broker: broker, queue: queue, grants: grants, intake: OrderIntake(merchants: merchants), time: time,
            logger: logger)
    }

    private init(
        broker: Broker<E>, queue: Queue<E>, grants: Queue<E>, intake: OrderIntake, time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.queue = queue
        self.grants = grants
        self.intake = intake
        self.time = time
        self.logger = logger
        book = DefinitionBook(consumer: Self.consumerID)
    }

    /// Grants and sweeps until the graceful shutdown. Run it once. A batch that is being committed then is committed; the rest stays in the queue.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.consumeAndSweep() }
    }

    /// Reads the book anew; grants that were not committed are forgotten with it.
    public func reload() async throws(BrokerError) {
        forgetGrants()
        try await reloadBook()
    }

    /// Decides for every promotion that admits the order and has not met it.
    public func count(_ order: ConsumedOrder) {
        for promotion in book.met(order) {
            let payerCount = book.payerCount(of: promotion, order)
            var figures = book.figures(of: promotion)
            let decision = promotion.definition.decision(
                orderAmountFen: order.message.amount, figures: figures, payerGrantCount: payerCount)
            figures.record(decision)
            switch decision {
            case .grant(let rewardFen):
                book.remember(
                    order, in: promotion, figures: figures, rewardFen: rewardFen, payerCount: payerCount + 1)
                grant(rewardFen, promotion, order)
            case .budget, .payerLimit: book.remember(order, in: promotion, figures: figures)
            // Counted nowhere, so there is nothing a repeat could count twice.
            case .noReward: continue
            }
        }
    }

    /// Changed rows and messages. Long messages count for more: a commit is cut before they outgrow a batch of the store.
    public var changeCount: Int {
        let count = book.changeCount + granted.count
        return grantedByteCount < PromotionLimits.grantByteCountCut ? count : max(count, ConsumerLimits.partCountCut)
    }

    /// Hands over rows and messages.
    public func takeChanges() -> ConsumerChanges {
        var changes = ConsumerChanges(rows: book.takeChanges())
        if !granted.isEmpty {
            precondition(
                granted.count <= Limits.batchCountMax, "a grant has two parts of its own, so 256 never come together")
            changes.sends = [SendBatch(source: .queue(grants.id), messages: granted)]
        }
        forgetGrants()
        return changes
    }

    /// Logs a failure, at most one a minute.
    public func failed(_ error: BrokerError) {
        guard counters.failed(nowMillis: time.now.milliseconds) else { return }
        logger.warning(
            "promotions: a batch or a sweep failed and is tried again",
            metadata: ["reason": "\(error)", "failures": "\(counters.failureCount)"])
    }

    private func grant(_ rewardFen: Int64, _ promotion: OpenDefinition<Promotion>, _ order: ConsumedOrder) {
        let grant = PromotionGrant(
            number: promotion.number, promotionID: promotion.definition.id, order: order, rewardFen: rewardFen)
        let message = grant.outgoing()
        granted.append(message)
        grantedByteCount += message.body.count
    }

    private func forgetGrants() {
        granted = []
        grantedByteCount = 0
    }
}
