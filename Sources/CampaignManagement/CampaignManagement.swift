public import CampaignRules
public import Campaigns
public import Engine
public import Logging
public import MessageModel
internal import PaymentNotice
public import ServiceLifecycle
public import Tillwire
public import TopicConsumer

/// Counts the orders of campaigns: how many, of what amount, by how many payers, while they come in.
///
/// It alone consumes the queue `campaigns` of the topic of order payments. What an order changes is committed with its acknowledgement, and a campaign
/// remembers every order it counted, so each order counts once however often it comes. See ``Campaigns/DefinitionBook`` for what is kept.
public actor CampaignManagement<E: Engine>: DefinitionKeeper, Service {
    /// What it keeps.
    public typealias Definition = Campaign

    /// Owner of its state rows.
    public static var consumerID: ConsumerID { ConsumerID(rawValue: 4) }

    /// The broker.
    public nonisolated let broker: Broker<E>
    /// The queue `campaigns`.
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
    /// Campaigns with their figures.
    public var book: DefinitionBook<Campaign>
    /// What happened since the start.
    public var counters = KeeperCounters()
    private let logger: Logger

    /// Makes the topic of order payments and the queue `campaigns` where they are missing, and subscribes it. Rows are read by the first call or order.
    ///
    /// - Throws: why the store refused one of them.
    public static func open(
        broker: Broker<E>, merchants: any KnownMerchants, time: any TimeSource, logger: Logger
    ) async throws(BrokerError) -> CampaignManagement<E> {
        let topic = try await broker.createTopic(EntityName(RoadNames.orderPaymentsTopic))
        let queue = try await broker.createQueue(EntityName(CampaignQueues.campaigns))
        try await topic.subscribe(queue, as: EntityName(CampaignQueues.campaigns))
        return CampaignManagement(
            broker: broker, queue: queue, intake: OrderIntake(merchants: merchants), time: time, logger: logger)
    }

    private init(
        broker: Broker<E>, queue: Queue<E>, intake: OrderIntake, time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.queue = queue
        self.intake = intake
        self.time = time
        self.logger = logger
        book = DefinitionBook(consumer: Self.consumerID)
    }

    /// Counts and sweeps until the graceful shutdown. Run it once. A batch that is being committed then is committed; the rest stays in the queue.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.consumeAndSweep() }
    }

    /// Counts an order for every campaign that admits it and has not counted it.
    public func count(_ order: ConsumedOrder) {
        for campaign in book.met(order) {
            let payerCount = book.payerCount(of: campaign, order)
            var figures = book.figures(of: campaign)
            figures.count(amountFen: order.message.amount, isNewPayer: payerCount == 0)
            book.remember(order, in: campaign, figures: figures, payerCount: payerCount + 1)
        }
    }

    /// Logs a failure, at most one a minute.
    public func failed(_ error: BrokerError) {
        guard counters.failed(nowMillis: time.now.milliseconds) else { return }
        logger.warning(
            "campaigns: a batch or a sweep failed and is tried again",
            metadata: ["reason": "\(error)", "failures": "\(counters.failureCount)"])
    }
}

/// Names of queues that belong to campaigns.
public enum CampaignQueues {
    /// Orders to be counted.
    public static let campaigns = "campaigns"
}
