public import Engine
public import Logging
public import Merchants
public import MessageModel
internal import PaymentNotice
public import ServiceLifecycle
public import Tillwire
internal import TopicConsumer
public import WeChatPayAPI

/// Restrictions announced by WeChat Pay itself: takes its notices from a queue of its own and enters them into the restriction book the payment gate reads.
///
/// A notice's effect is exactly once: the book is idempotent by case and step, and the notice is acknowledged after it, together with the rows that
/// show it. Without a way to ask, a restriction stands as announced: the platform refuses these payments anyway. Where the platform can be asked, the
/// case is narrowed to the functions it names, looked at again with back-off and then every 6 hours, and lifted when two answers
/// in a row do not list it any more.
public actor PlatformRestrictions<E: Engine>: Service, AnnouncementDesk {
    /// The name of the queue.
    public static var queueName: String { "platform-restrictions" }
    /// Who acts, in the audit trail, where a notice told it.
    static var noticeActor: String { "wechat-notice" }
    /// The same where the platform was asked.
    static var queryActor: String { "wechat-query" }

    let broker: Broker<E>
    let queue: Queue<E>
    let book: RestrictionBook<E>
    /// Asks which functions are closed; nil: nobody can be asked.
    let query: (any LimitationQuery)?
    let time: any TimeSource
    let logger: Logger
    let signal = WakeSignal()
    var log = AnnouncementLog()
    /// Cases to ask about, by id.
    var asks: [String: LimitationAsk] = [:]
    /// True while ``log`` is what the rows say.
    var isLoaded = false
    var counted = PlatformRestrictionsFigures()
    private var loggedAtMillis: [String: UInt64] = [:]

    /// Makes the topic and the queue where they are missing, and reads what is remembered.
    ///
    /// - Parameters:
    ///   - book: loaded already.
    ///   - query: nil where the platform cannot be asked.
    /// - Throws: why the store refused.
    public static func open(
        broker: Broker<E>, book: RestrictionBook<E>, query: (any LimitationQuery)?, time: any TimeSource,
        logger: Logger
    ) async throws(BrokerError) -> PlatformRestrictions<E> {
        let topic = try await broker.createTopic(EntityName(RoadNames.platformNoticesTopic))
        let queue = try await broker.createQueue(EntityName(queueName))
        try await topic.subscribe(queue, as: queue.name)
        let service = PlatformRestrictions(
            broker: broker, queue: queue, book: book, query: query, time: time, logger: logger)
        try await service.load()
        time.onJump { [signal = service.signal] in signal.raise() }
        return service
    }

    private init(
        broker: Broker<E>, queue: Queue<E>, book: RestrictionBook<E>, query: (any LimitationQuery)?,
        time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.queue = queue
        self.book = book
        self.query = query
        self.time = time
        self.logger = logger
    }

    /// Consumes and asks until the graceful shutdown. A notice that is being taken then is taken again at the next start, with the same effect; a question
    /// under way is broken off and asked again.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.consume() }
                guard self.query != nil else { return }
                group.addTask { await self.tick() }
                group.addTask { for await _ in self.signal.wakes { await self.askAllDue() } }
            }
        }
    }

    /// What happened and what is asked.
    public func figures() -> PlatformRestrictionsFigures {
        var figures = counted
        for outcome in MerchantAnnouncement.Outcome.allCases { figures.announcements[outcome] = log.count(outcome) }
        figures.askCount = asks.count
        figures.listedCount = asks.values.count { $0.isListed }
        return figures
    }

    /// The latest announcements, newest first.
    public func announcements(countMax: Int) -> [MerchantAnnouncement] { log.entries(countMax: countMax) }

    var nowMillis: Int64 { Int64(time.now.milliseconds) }

    /// Reads everything anew; what memory knew of announcements is forgotten.
    func load() async throws(BrokerError) {
        var fresh = AnnouncementLog()
        var found: [String: LimitationAsk] = [:]
        var badCount = 0
        if let counts = try await broker.row(AnnouncementRows.space, key: AnnouncementRows.countsKey) {
            if !fresh.restore(counts: Array(counts.slice)) { badCount += 1 }
        }
        try await broker.forEachRow(AnnouncementRows.space, prefix: AnnouncementRows.entryPrefix) { row in
            if !fresh.restore(entry: Array(row.value.slice)) { badCount += 1 }
            return true
        }
        try await broker.forEachRow(AnnouncementRows.space, prefix: AnnouncementRows.askPrefix) { row in
            if let ask = LimitationAsk(encoded: Array(row.value.slice)) {
                found[ask.caseID] = ask
            } else {
                badCount += 1
            }
            return true
        }
        // They inform; the restrictions themselves are the book's.
        if badCount > 0 {
            logger.error(
                "rows of the platform's announcements cannot be read and are passed over",
                metadata: ["rows": "\(badCount)"])
        }
        log = fresh
        asks = found
        isLoaded = true
        signal.raise()
    }

    /// Whether a line about this kind of alarm may be logged now. Kinds come from a bounded set.
    func mayLog(_ kind: String) -> Bool {
        let now = time.now.milliseconds
        if let last = loggedAtMillis[kind], now < last + PlatformRestrictionsLimits.alarmLogMillisMin { return false }
        loggedAtMillis[kind] = now
        return true
    }
}
