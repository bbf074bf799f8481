internal import Engine
public import Logging
public import MessageModel
public import NoticeRating
public import ServiceLifecycle
public import Tillwire
internal import TopicConsumer

/// The provider's rating: how WeChat Pay sees this receiver, by hour and day, and an alarm before it suffers.
///
/// Ingest counts into the ``NoticeRating/RatingLedger``; this service looks at the last 5 minutes every 10 s, and writes changed hours and days as state
/// rows at most once a minute and when it stops. A crash loses what was counted since the last write; nothing that was stored depends on it.
public actor ProviderRating<E: Engine>: Service, RatingDesk {
    private static var dayMillis: Int64 { 86_400_000 }
    /// Beijing is 8 hours ahead of UTC, all year.
    private static var beijingMillis: Int64 { 28_800_000 }

    private let broker: Broker<E>
    private let ledger: RatingLedger
    private let time: any TimeSource
    private let logger: Logger
    private let signal = WakeSignal()
    private var hours = RatingPeriods(keptMillis: RatingLimits.hourKeptMillis)
    private var days = RatingPeriods(keptMillis: RatingLimits.dayKeptMillis)
    private var alarm: RatingAlarm
    private var writtenAtMillis: Int64
    private var isWriting = false
    private var failureLoggedAtMillis: Int64?

    /// Reads what was counted before.
    ///
    /// - Throws: why the store did not give it. Rows that cannot be read are passed over: nothing depends on them.
    public static func open(
        broker: Broker<E>, ledger: RatingLedger, thresholds: RatingThresholds, time: any TimeSource, logger: Logger
    ) async throws(BrokerError) -> ProviderRating<E> {
        let rating = ProviderRating(
            broker: broker, ledger: ledger, thresholds: thresholds, time: time, logger: logger)
        try await rating.load()
        time.onJump { [signal = rating.signal] in signal.raise() }
        return rating
    }

    private init(
        broker: Broker<E>, ledger: RatingLedger, thresholds: RatingThresholds, time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.ledger = ledger
        self.time = time
        self.logger = logger
        alarm = RatingAlarm(thresholds)
        writtenAtMillis = Int64(time.now.milliseconds)
    }

    /// Looks and writes until the graceful shutdown, then writes what is left. Start it before ingest, so that it stops after it.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.tick() }
                group.addTask { for await _ in self.signal.wakes { await self.look() } }
            }
        }
        await write()
    }

    /// Raises the signal every 10 s of the clock; a clock that is moved by hand raises it by itself.
    private nonisolated func tick() async {
        while !Task.isCancelled {
            guard let millis = time.realMilliseconds(for: ProviderRatingLimits.lookMillis) else { return }
            try? await Task.sleep(for: .milliseconds(millis))
            signal.raise()
        }
    }

    /// Looks at the alarm, and writes where a minute has passed since the last time.
    public func look() async {
        let now = nowMillis
        gather()
        if alarm.look(ledger.window(atMillis: now), nowMillis: now) { tell() }
        if now - writtenAtMillis >= ProviderRatingLimits.writeMillis { await write() }
    }

    /// The rating up to now.
    public func report(hourCountMax: Int, dayCountMax: Int) -> RatingReport {
        gather()
        return RatingReport(
            alarm: alarm, window: ledger.window(atMillis: nowMillis), hours: hours.newest(hourCountMax),
            days: days.newest(dayCountMax))
    }

    private var nowMillis: Int64 { Int64(time.now.milliseconds) }

    /// Takes what ingest counted.
    private func gather() {
        for (start, tally) in ledger.takeHours() {
            hours.add(tally, startMillis: start)
            days.add(tally, startMillis: Self.day(of: start))
        }
    }

    private static func day(of millis: Int64) -> Int64 {
        (millis + beijingMillis) / dayMillis * dayMillis - beijingMillis
    }

    private func tell() {
        let window = ledger.window(atMillis: nowMillis)
        let metadata: Logger.Metadata = [
            "level": "\(alarm.level.name)", "reasons": "\(alarm.reasons.joined(separator: "; "))",
            "deliveries": "\(window.deliveries)", "failed": "\(window.failures)",
        ]
        switch alarm.level {
        case .good: logger.notice("the rating at WeChat Pay is good again", metadata: metadata)
        case .warning:
            logger.warning("half of what the rating at WeChat Pay leaves room for is used", metadata: metadata)
        case .alarm: logger.critical("the rating at WeChat Pay suffers", metadata: metadata)
        }
    }

    // MARK: - Rows

    private func load() async throws(BrokerError) {
        for kind in RatingRows.Kind.allCases {
            var badCount = 0
            var found: [(start: Int64, tally: RatingTally)] = []
            try await broker.forEachRow(RatingRows.space, prefix: RatingRows.prefix(kind)) { row in
                guard let start = RatingRows.startMillis(row.key),
                    let tally = RatingTally(encoded: Array(row.value.slice))
                else {
                    badCount += 1
                    return true
                }
                found.append((start, tally))
                return true
            }
            for (start, tally) in found {
                if kind == .hour {
                    hours.restore(tally, startMillis: start)
                } else {
                    days.restore(tally, startMillis: start)
                }
            }
            if badCount > 0 {
                logger.error("rows of the rating cannot be read and are passed over", metadata: ["rows": "\(badCount)"])
            }
        }
    }

    /// Writes what has changed. Where the store does not take it, it is tried again at the next look; what is counted while it writes stays changed.
    private func write() async {
        guard !isWriting else { return }
        isWriting = true
        defer { isWriting = false }
        gather()
        hours.forget(nowMillis: nowMillis)
        days.forget(nowMillis: nowMillis)
        for kind in RatingRows.Kind.allCases {
            while true {
                let periods = kind == .hour ? hours : days
                let starts = Array(periods.changed.prefix(ProviderRatingLimits.rowBatchCountMax))
                guard !starts.isEmpty else { break }
                let rows = starts.map { start in
                    RowChange(
                        space: RatingRows.space, key: RatingRows.key(kind, startMillis: start),
                        value: periods.sums[start].map { Bytes($0.encoded()) })
                }
                // Marked before the commit: what is counted meanwhile marks them again.
                written(starts, kind)
                do throws(BrokerError) { try await broker.commit(Transaction(rows: rows)) } catch {
                    failed(error, starts, kind)
                    return
                }
            }
        }
        writtenAtMillis = nowMillis
    }

    private func written(_ starts: [Int64], _ kind: RatingRows.Kind) {
        if kind == .hour { hours.written(starts) } else { days.written(starts) }
    }

    private func failed(_ error: BrokerError, _ starts: [Int64], _ kind: RatingRows.Kind) {
        if kind == .hour { hours.unwritten(starts) } else { days.unwritten(starts) }
        let now = nowMillis
        if let last = failureLoggedAtMillis, now < last + ProviderRatingLimits.alarmLogMillisMin { return }
        failureLoggedAtMillis = now
        logger.error("the rating could not be written, it is tried again: \(error)")
    }
}
