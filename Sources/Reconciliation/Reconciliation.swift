public import Engine
public import Logging
public import MessageModel
public import PaymentEntry
public import ServiceLifecycle
internal import Synchronization
internal import Tillwire
internal import TradeBill
public import WeChatPayAPI

/// The reconciliation with WeChat Pay: compares the day's trade bill with what was received, pushed and acknowledged, enters what is missing, and
/// keeps a report for each day (`wechat-pay.md` §4.1, §4.2).
///
/// One day at a time, off the hot path: the bill is read in pieces, the orders in short steps. The bill is checked whole before anything is entered.
/// A run that is broken off leaves nothing behind but payments that were rightly entered; running a day again comes to the same report and changes
/// nothing. Where an API is configured it fetches the bill of the day before at the set hour and catches up missed days by itself,
/// but never days before this store had orders: what was paid then was another's to deliver.
public actor Reconciliation<E: Engine>: Service {
    struct Request {
        var day: BeijingDay
        /// Nil: the platform's bill, or where no API is configured the held one.
        var bill: GivenBill?
        var startedAtMillis: Int64
    }

    let entry: PaymentEntry<E>
    let rows: ReportRows<E>
    let folder: BillFolder
    let bills: (any BillSource)?
    let query: (any OrderQuery)?
    let time: any TimeSource
    let logger: Logger
    let settings: ReconciliationSettings
    /// Days up to this one are compared only where somebody asks for it.
    let beginning: BeijingDay

    /// Heads as they are in the store.
    var heads: [BeijingDay: ReportHead]
    /// Days whose last run since the start failed.
    var failures: [BeijingDay: ReconciliationStanding] = [:]
    /// When a day may be tried again, and how often it was tried in vain.
    var retries: [BeijingDay: (dueAtMillis: Int64, count: Int)] = [:]
    /// Days of which the platform says that there is no bill while nothing was received: the first such answer, and how many.
    var absences: [BeijingDay: (firstAtMillis: Int64, count: Int)] = [:]
    var waiting: [Request] = []
    var running: Request?
    var figuresSoFar = ReconciliationFigures()
    var uploadCount = 0
    var partNumber: UInt64 = 0
    let progress = Progress()
    let signal = WakeSignal()

    /// Lines read by the run under way.
    final class Progress: Sendable {
        let lineCount = Atomic<Int>(0)
    }

    /// Reads which days have reports.
    ///
    /// - Parameters:
    ///   - bills: nil where no API is configured: bills are uploaded then.
    ///   - query: nil where no API is configured: what is missing stays missing then.
    /// - Throws: why the store did not give them.
    public static func open(
        entry: PaymentEntry<E>, bills: (any BillSource)?, query: (any OrderQuery)?, time: any TimeSource,
        logger: Logger, settings: ReconciliationSettings
    ) async throws(BrokerError) -> Reconciliation<E> {
        let rows = ReportRows(broker: entry.broker)
        let today = BeijingDay(containingMillis: Int64(time.now.milliseconds))
        return Reconciliation(
            entry: entry, rows: rows, heads: try await rows.heads(),
            beginning: try await rows.beginning(today: today), folder: BillFolder(path: settings.folder),
            bills: bills, query: query, time: time, logger: logger, settings: settings)
    }

    private init(
        entry: PaymentEntry<E>, rows: ReportRows<E>, heads: [BeijingDay: ReportHead], beginning: BeijingDay,
        folder: BillFolder,
        bills: (any BillSource)?, query: (any OrderQuery)?, time: any TimeSource, logger: Logger,
        settings: ReconciliationSettings
    ) {
        self.entry = entry
        self.rows = rows
        self.heads = heads
        self.beginning = beginning
        self.folder = folder
        self.bills = bills
        self.query = query
        self.time = time
        self.logger = logger
        self.settings = settings
    }

    /// Runs what is asked for and what is due until the graceful shutdown. A run under way is broken off then; it is made again after the next
    /// start, by itself where an API is configured.
    public func run() async throws {
        time.onJump { [signal] in signal.raise() }
        signal.raise()
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.lookAgainAndAgain() }
                group.addTask { await self.work() }
            }
        }
    }

    private func lookAgainAndAgain() async {
        while !Task.isCancelled {
            let millis = time.realMilliseconds(for: ReconciliationLimits.lookMillis) ?? ReconciliationLimits.lookMillis
            try? await Task.sleep(for: .milliseconds(millis))
            signal.raise()
        }
    }

    private func work() async {
        for await _ in signal.wakes {
            while !Task.isCancelled, let request = takeNext() { await perform(request) }
            await forgetOld()
        }
    }

    private func takeNext() -> Request? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        guard bills != nil, let day = dueDays.first else { return nil }
        return Request(day: day, bill: nil, startedAtMillis: nowMillis)
    }

    /// This clock's moment, Unix milliseconds.
    var nowMillis: Int64 { Int64(time.now.milliseconds) }

    /// Days whose report is due and not complete, and which may be tried now; oldest first.
    var dueDays: [BeijingDay] { openDays.filter { (retries[$0]?.dueAtMillis ?? 0) <= nowMillis } }

    /// Days whose report is due and not complete; oldest first.
    var openDays: [BeijingDay] {
        let today = BeijingDay(containingMillis: nowMillis)
        return stride(from: Int64(settings.catchUpDayCount), to: 0, by: -1).map { today.adding(days: -$0) }
            .filter { day in
                beginning < day && day < today && nowMillis >= day.endMillis + Int64(settings.hour) * 3_600_000
                    && heads[day]?.standing.state != .complete
            }
    }

    /// Days since this store began, of the last 100, whose report was due and is not complete; a day does not leave them by being past catching up.
    ///
    /// Without an API nobody can say which days were meant to be compared: only those that were begun are among them then. A day that seems to be
    /// without any payment, and is still asked about by itself, is not.
    var incompleteDays: [BeijingDay] {
        let today = BeijingDay(containingMillis: nowMillis)
        let asked = Set(openDays)
        return (1...ReconciliationLimits.reportDayCountMax).map { today.adding(days: -$0) }.filter { day in
            guard nowMillis >= day.endMillis + Int64(settings.hour) * 3_600_000, heads[day]?.standing.state != .complete
            else { return false }
            if absences[day] != nil, bills != nil, asked.contains(day) { return false }
            return heads[day] != nil || failures[day] != nil || (bills != nil && beginning < day)
        }
    }

    private func forgetOld() async {
        let oldest = BeijingDay(containingMillis: nowMillis).adding(days: -ReconciliationLimits.reportDayCountMax)
        for day in heads.keys where day < oldest {
            do throws(BrokerError) {
                try await rows.forget(day)
                heads[day] = nil
            } catch {
                logger.warning("an old report could not be forgotten", metadata: ["reason": "\(error)"])
                return
            }
        }
        failures = failures.filter { $0.key >= oldest }
        retries = retries.filter { $0.key >= oldest }
        absences = absences.filter { $0.key >= oldest }
    }
}
