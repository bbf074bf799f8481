public import Engine
public import HTTPDataPlane
public import Logging
public import Merchants
public import MessageModel
internal import PaymentNotice
public import RiskRules
public import ServiceLifecycle
public import Tillwire
public import TopicConsumer

/// Risk control: consumes the queue `risk` of the topic, finds merchants whose payments soar, and has their next payments refused.
///
/// The detector is ``RiskRules/RiskDetector``; what it remembers, each decision and its outbox entry are committed together with the acknowledgements
/// of the orders they come from, so a kill at any point changes nothing in the decisions. The outbox puts the restriction into the book the payment gate
/// reads, and tells the callback URL until that answers; neither holds up the consumer. Decisions are functions of the queue: see ``OrderConsumer``.
public actor RiskControl<E: Engine>: OrderConsumer, Service {
    /// The name of the queue.
    public static var queueName: String { "risk" }

    /// The broker.
    public nonisolated let broker: Broker<E>
    /// The queue `risk`.
    public nonisolated let queue: Queue<E>
    /// Judges deliveries.
    public nonisolated let intake: OrderIntake
    /// The clock of pauses and of callbacks; decisions never read it.
    public nonisolated let time: any TimeSource
    /// Whose turn it is to change memory.
    public var turn = ChangeTurn(waitingCountMax: ConsumerLimits.waitingChangeCountMax)
    /// True while memory is what the rows say.
    public var isLoaded = false

    let outbox: CallbackOutbox<E>
    let logger: Logger
    /// Reads the rule file again.
    let readRules: @Sendable () throws(RuleFileError) -> RuleSet
    /// The rules that are to be active; nil: those that the store remembers.
    var wantedRules: RuleSet?
    var detector: RiskDetector
    var setAside = SetAsideLedger(space: RiskRows.space, prefix: RiskRows.setAsidePrefix)
    /// Outbox entries of the changes that are being committed.
    var handedOver: [CallbackMessage] = []
    var failureCount: UInt64 = 0
    private var loggedAtMillis: [String: UInt64] = [:]

    /// Makes the topic and the queue where they are missing, and reads what is remembered.
    ///
    /// - Parameters:
    ///   - rules: reads the rules: at the start, and whenever an operator has them read again. Where they are broken at the start, those that were
    ///     active last stay active.
    ///   - callback: where decisions are told; nil: nowhere, restrictions are put all the same.
    /// - Throws: ``RiskControlError``.
    public static func open(
        broker: Broker<E>, merchants: any KnownMerchants, book: RestrictionBook<E>, callback: CallbackRoad?,
        rules: @escaping @Sendable () throws(RuleFileError) -> RuleSet, time: any TimeSource, logger: Logger
    ) async throws(RiskControlError) -> RiskControl<E> {
        let control: RiskControl<E>
        do throws(BrokerError) {
            let topic = try await broker.createTopic(EntityName(RoadNames.orderPaymentsTopic))
            let queue = try await broker.createQueue(EntityName(queueName))
            try await topic.subscribe(queue, as: queue.name)
            let sender = callback.map { CallbackSender(settings: $0.settings, client: $0.client, time: time) }
            let outbox = CallbackOutbox(broker: broker, book: book, sender: sender, time: time, logger: logger)
            control = RiskControl(
                broker: broker, queue: queue, intake: OrderIntake(merchants: merchants), outbox: outbox,
                readRules: rules, time: time, logger: logger)
        } catch { throw .store(error) }
        try await control.loadAtStart()
        return control
    }

    private init(
        broker: Broker<E>, queue: Queue<E>, intake: OrderIntake, outbox: CallbackOutbox<E>,
        readRules: @escaping @Sendable () throws(RuleFileError) -> RuleSet, time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.queue = queue
        self.intake = intake
        self.outbox = outbox
        self.readRules = readRules
        self.time = time
        self.logger = logger
        detector = RiskDetector(rules: .standard)
    }

    /// Consumes, applies and tells until the graceful shutdown. Run it once.
    ///
    /// A batch that is being committed then is committed; callbacks under way are broken off and tried again at the next start.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.consume() }
                group.addTask { await self.outbox.run() }
            }
        }
    }

    /// What happened and what is held.
    public func figures() -> RiskFigures {
        var figures = RiskFigures()
        figures.counts = detector.counts
        figures.clockMillis = detector.clockMillis
        figures.merchantCount = detector.merchantCount
        figures.recentOrderCount = detector.recentOrderCount
        figures.evictedCount = detector.evictedCount
        for reason in SetAsideReason.allCases { figures.setAside[reason] = setAside.count(reason) }
        figures.ruleSet = detector.rules.name
        figures.failures = failureCount
        figures.callbacks = outbox.figures
        return figures
    }

    /// The latest orders that were set aside, newest first.
    public func setAsideOrders(countMax: Int) -> [SetAsideLedger.Entry] { setAside.entries(countMax: countMax) }

    /// Whether a line about this kind of alarm may be logged now.
    func mayLog(_ kind: String) -> Bool {
        let now = time.now.milliseconds
        if let last = loggedAtMillis[kind], now < last + RiskControlLimits.alarmLogMillisMin { return false }
        loggedAtMillis[kind] = now
        return true
    }
}

/// How callbacks get out.
public struct CallbackRoad: Sendable {
    /// Where to, and under which signature.
    public let settings: CallbackSettings
    /// By which client.
    public let client: OutboundClient

    /// Joins the members.
    public init(settings: CallbackSettings, client: OutboundClient) {
        self.settings = settings
        self.client = client
    }
}

/// Why risk control does not start.
public enum RiskControlError: Error, Sendable {
    /// The store refused, or holds rows that cannot be read.
    case store(BrokerError)
    /// The rule file is broken and no rules were ever active.
    case rules(RuleFileError)
}
