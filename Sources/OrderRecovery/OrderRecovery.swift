internal import DequeModule
public import Engine
public import Logging
public import MessageModel
public import PaymentEntry
public import ServiceLifecycle
internal import Tillwire
public import WeChatPayAPI

/// Finds what nobody told of: an announced order whose notice does not come is asked for by the order query, an announced refund by the refund
/// query (`wechat-pay.md` §4.2).
///
/// It is handed what changes in the ``PaymentEntry/AnnouncementBook`` and writes open announcements behind, so that a restart goes on where it was; a
/// crash forgets those of the last ``OrderRecoverySettings/writeBehindMillis``, which the bill finds. Questions follow a ladder of growing pauses
/// until the order's end, within a budget; while the platform fails, all wait and none is lost. What is found enters as if a notice had told of it,
/// with its source marked.
public actor OrderRecovery<E: Engine>: Service {
    /// An operator's question that waits.
    struct Ask: Sendable {
        let key: AnnouncementKey
        let continuation: CheckedContinuation<Result<RecoveryAnswer, RecoveryDeskError>, Never>
    }

    /// What can be started now.
    private enum Start: Sendable {
        case one(RecoveryCase)
        case ask(Ask)
    }

    let entry: PaymentEntry<E>
    let book: AnnouncementBook
    let query: any OrderQuery
    let settings: OrderRecoverySettings
    let time: any TimeSource
    let logger: Logger
    private let clock: EngineClock
    var schedule: RecoverySchedule
    var counts = RecoveryCounts()
    /// Numbers whose rows are not what the schedule says.
    var dirty: Set<UInt64> = []
    /// When changes are written, Unix milliseconds; nil where there are none.
    var writeDueMillis: Int64?
    var asks = Deque<Ask>()
    var isRunning = false
    /// The age of the oldest announcement as last looked for.
    var oldest: (announcedMillis: Int64?, seenAtMillis: Int64)?
    private var overflowedSeen: UInt64 = 0
    /// When a line about this kind of alarm was last logged; kinds are a bounded set.
    private var loggedAtMillis: [String: Int64] = [:]

    /// Reads what an earlier run left into the book. Call it before anything is announced.
    ///
    /// - Throws: why the store did not give the rows.
    public static func open(
        entry: PaymentEntry<E>, book: AnnouncementBook, query: any OrderQuery, settings: OrderRecoverySettings,
        time: any TimeSource, logger: Logger
    ) async throws(BrokerError) -> OrderRecovery<E> {
        let recovery = OrderRecovery(
            entry: entry, book: book, query: query, settings: settings, time: time, logger: logger)
        try await recovery.load()
        return recovery
    }

    private init(
        entry: PaymentEntry<E>, book: AnnouncementBook, query: any OrderQuery, settings: OrderRecoverySettings,
        time: any TimeSource, logger: Logger
    ) {
        self.entry = entry
        self.book = book
        self.query = query
        self.settings = settings
        self.time = time
        self.logger = logger
        clock = EngineClock(time)
        schedule = RecoverySchedule(settings, nowMillis: Int64(time.now.milliseconds))
    }

    /// Asks until the graceful shutdown. Run it once; start it before whoever announces, so that it stops after them.
    ///
    /// Questions under way are broken off then and asked again at the next start; what was announced is written before this returns.
    public func run() async throws {
        isRunning = true
        await cancelWhenGracefulShutdown { await self.work() }
        isRunning = false
        for ask in asks { ask.continuation.resume(returning: .failure(.overloaded)) }
        asks = []
        takeChanges()
        await flush()
    }

    private func work() async {
        let (clock, wakeup) = (clock, book.wakeup)
        await clock.wakingOnJumps(wakeup) {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let (starts, next) = await turn()
                    for start in starts { group.addTask { await self.perform(start) } }
                    await clock.wait(for: wakeup, until: next)
                }
                group.cancelAll()
            }
        }
    }

    /// Takes and writes changes where they are due, and says what to ask now and when to look again.
    private func turn() async -> (starts: [Start], next: Timestamp?) {
        noteOverflow()
        if writeDueMillis == nil, book.hasChanges || !dirty.isEmpty {
            writeDueMillis = nowMillis + settings.writeBehindMillis
        }
        if let due = writeDueMillis, due <= nowMillis {
            writeDueMillis = nil
            takeChanges()
            await flush()
        }
        // After the wait for the store: the state is looked at anew.
        let starts = startable()
        var moments = [writeDueMillis, schedule.nextMillis()].compactMap(\.self)
        if !asks.isEmpty, let place = schedule.nextPlaceMillis { moments.append(place) }
        return (starts, moments.min().map { Timestamp(milliseconds: UInt64(max($0, 0))) })
    }

    private func startable() -> [Start] {
        let now = nowMillis
        var starts: [Start] = []
        while !asks.isEmpty, schedule.takePlace(nowMillis: now), let ask = asks.popFirst() { starts.append(.ask(ask)) }
        while let one = schedule.next(nowMillis: now, isOpen: { book.isOpen($0) }) { starts.append(.one(one)) }
        return starts
    }

    private func perform(_ start: Start) async {
        switch start {
        case .one(let one): await perform(one)
        case .ask(let ask): await perform(ask)
        }
        // A place is free again.
        book.wakeup.raise()
    }

    // MARK: - Common

    var nowMillis: Int64 { Int64(time.now.milliseconds) }

    private func noteOverflow() {
        let overflowed = book.figures.overflowed
        guard overflowed > overflowedSeen else { return }
        overflowedSeen = overflowed
        guard mayLog("overflow") else { return }
        logger.critical(
            "too many announcements are open: payments accepted now are not asked for when their notice does not come",
            metadata: ["not_remembered": "\(overflowed)", "open": "\(schedule.count)"])
    }

    func mayLog(_ kind: String) -> Bool {
        let now = nowMillis
        if let last = loggedAtMillis[kind], now < last + OrderRecoveryLimits.alarmLogMillisMin { return false }
        loggedAtMillis[kind] = now
        return true
    }
}
