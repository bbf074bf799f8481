internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import Merchants
internal import MessageModel
internal import Synchronization
internal import Telemetry
internal import Tillwire
internal import TopicConsumer

/// What becomes of decisions: restrictions are put and lifted here, then told to the callback URL until that answers.
///
/// Entries are rows that were committed with their decisions; a row goes when both is done. Restrictions are applied in the order of the decisions
/// and do not wait for the URL; callbacks go in order per merchant. Everything may happen twice after a crash and has its effect once: restrictions
/// by case, callbacks by decision id. Thread-safe.
final class CallbackOutbox<E: Engine>: Sendable {
    /// What became of an entry here.
    private enum Application {
        /// The restriction holds or is lifted now.
        case done
        /// There was nothing to do: it has ended, holds already, or somebody else decides about the case now.
        case needless
        /// The book refuses it for good.
        case refused
        /// To be tried again.
        case failed
    }

    private let broker: Broker<E>
    private let book: RestrictionBook<E>
    private let sender: CallbackSender?
    private let time: any TimeSource
    private let logger: Logger
    /// Entries held in memory, of either kind.
    private let loadedCountMax: Int
    private let state = Mutex(OutboxState())
    private let applySignal = WakeSignal()
    private let sendSignal = WakeSignal()
    private let forgetSignal = WakeSignal()
    private let roomSignal = WakeSignal()

    init(
        broker: Broker<E>, book: RestrictionBook<E>, sender: CallbackSender?, time: any TimeSource, logger: Logger,
        loadedCountMax: Int = RiskControlLimits.loadedCallbackCountMax
    ) {
        self.broker = broker
        self.book = book
        self.sender = sender
        self.time = time
        self.logger = logger
        self.loadedCountMax = loadedCountMax
        time.onJump { [sendSignal] in sendSignal.raise() }
    }

    /// Takes entries whose rows are durable, in order; those it has seen are passed over. Returns at once.
    ///
    /// Beyond `loadedCountMax` they stay on the disk until there is room again.
    func add(_ messages: [CallbackMessage]) {
        state.withLock { state in for message in messages { state.add(message, countMax: loadedCountMax) } }
        applySignal.raise()
    }

    /// Reads the rows again and takes those it has not seen: after a start, and where nobody knows what was committed.
    ///
    /// - Throws: why the store did not give them.
    func resync() async throws(BrokerError) {
        try await read(from: state.withLock { $0.unreadFrom ?? $0.seenThrough + 1 })
    }

    /// Takes rows from this number on while there is room. What is added meanwhile is left to a later read, or an entry might overtake one that is
    /// still on the disk.
    private func read(from number: UInt64) async throws(BrokerError) {
        let room = state.withLock { state -> Int in
            state.unreadFrom = number
            state.hasLeft = false
            return max(loadedCountMax - state.unappliedCount, 0)
        }
        var found: [CallbackMessage] = []
        var cutAt: UInt64?
        try await broker.forEachRow(
            RiskRows.space, prefix: CallbackMessage.keyPrefix, from: CallbackMessage.key(number)
        ) { row in
            guard let message = message(row) else { return true }
            guard found.count < room else {
                cutAt = message.number
                return false
            }
            found.append(message)
            return true
        }
        state.withLock { state in
            for message in found { state.take(message) }
            state.unreadFrom = cutAt ?? (state.hasLeft ? state.seenThrough + 1 : nil)
        }
        applySignal.raise()
    }

    /// Waits while more than ``RiskControlLimits/waitingRestrictionCountMax`` restrictions wait.
    func waitForRoom() async {
        guard !hasRoom else { return }
        for await _ in roomSignal.wakes where hasRoom { return }
    }

    private var hasRoom: Bool {
        state.withLock { $0.unappliedCount < RiskControlLimits.waitingRestrictionCountMax }
    }

    /// What happened so far.
    var figures: CallbackFigures {
        state.withLock { state in
            var figures = state.figures
            figures.waitingRestrictions = state.unappliedCount
            figures.waitingCallbacks = state.lanes.count
            return figures
        }
    }

    /// Applies, tells and forgets until the task is cancelled. A callback under way is broken off then; it is tried again at the next start.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.applyAll() }
            group.addTask { await self.forgetAll() }
            if self.sender != nil { group.addTask { await self.sendAll() } }
        }
    }

    // MARK: - Restrictions

    private func applyAll() async {
        for await _ in applySignal.wakes {
            while !Task.isCancelled {
                guard let message = state.withLock({ $0.firstUnapplied }) else {
                    guard await readLeft() else { break }
                    continue
                }
                let outcome = await apply(message)
                if outcome == .failed { await pause() } else { applied(message, outcome) }
            }
        }
    }

    /// Reads what was left on the disk; false where nothing was.
    private func readLeft() async -> Bool {
        guard let from = state.withLock({ $0.unreadFrom }) else { return false }
        // Where it fails they stay «left», and it is tried again.
        do throws(BrokerError) { try await read(from: from) } catch { await pause() }
        return true
    }

    private func apply(_ message: CallbackMessage) async -> Application {
        do throws(RestrictionError) {
            if message.isUnblock {
                let outcome = try await book.lift(
                    caseID: message.caseID, reason: message.reason, actor: RiskRows.actor
                ).outcome
                return outcome == .lifted ? .done : .needless
            }
            guard let request = await request(message) else { return .needless }
            return try await book.put(request, actor: RiskRows.actor).outcome == .restricted ? .done : .needless
        } catch {
            let isFinal: Bool
            switch error {
            case .overloaded, .store: isFinal = false
            default: isFinal = true
            }
            report(message, error, isFinal: isFinal)
            return isFinal ? .refused : .failed
        }
    }

    /// The restriction of a block; nil where it has ended already (orders that waited long are no reason to refuse payments now), where the case holds at
    /// least as long (this entry was applied before a restart), and where somebody else changed the case: then that stands.
    private func request(_ message: CallbackMessage) async -> RestrictionRequest? {
        let now = book.nowMillis
        guard let until = message.untilMillis, until > now else { return nil }
        if let standing = await book.standing(caseID: message.caseID)?.restriction {
            guard standing.source == .risk, standing.expiresAtMillis ?? .max < until else { return nil }
        }
        return RestrictionRequest(
            caseID: message.caseID, merchantID: message.merchantID, reasonCode: message.reasonCode,
            reasonText: message.reason, source: .risk, effectiveAtMillis: min(message.atMillis, now),
            expiresAtMillis: until)
    }

    private func report(_ message: CallbackMessage, _ error: RestrictionError, isFinal: Bool) {
        state.withLock { $0.figures.restrictionFailures += 1 }
        guard isFinal || mayLog("restriction") else { return }
        logger.critical(
            "a decision of risk control was not applied: \(error)",
            metadata: [
                "merchant_id": "\(message.merchantID)", "case_id": "\(message.caseID)", "again": "\(!isFinal)",
            ])
    }

    private func applied(_ message: CallbackMessage, _ outcome: Application) {
        state.withLock { state in
            state.dropFirstUnapplied()
            if outcome == .done, message.isUnblock { state.figures.lifted += 1 }
            if outcome == .done, !message.isUnblock { state.figures.restricted += 1 }
            if sender == nil {
                state.finished.append(message.number)
            } else if state.loadedThrough == nil {
                state.lanes.add(message)
                if state.lanes.count >= RiskControlLimits.loadedCallbackCountMax {
                    state.loadedThrough = message.number
                }
            }
            state.appliedThrough = message.number
        }
        roomSignal.raise()
        if sender == nil { forgetSignal.raise() } else { sendSignal.raise() }
        guard outcome == .done else { return }
        logger.warning(
            message.isUnblock ? "risk control lifted a restriction" : "risk control restricted a merchant",
            metadata: [
                "merchant_id": "\(message.merchantID)", "case_id": "\(message.caseID)", "reason": "\(message.reason)",
            ])
    }

    // MARK: - Callbacks

    private func sendAll() async {
        sendSignal.raise()
        await withDiscardingTaskGroup { group in
            for await _ in sendSignal.wakes {
                await loadMore()
                while let message = state.withLock({ $0.lanes.start(nowMillis: nowMillis) }) {
                    group.addTask { await self.send(message) }
                }
                if let millis = timerMillis() { group.addTask { await self.wake(afterMillis: millis) } }
            }
        }
    }

    /// How long until the next try is due, where no timer runs that ends by then. Timers run on real time; a clock that is moved by hand wakes by itself.
    private func timerMillis() -> UInt64? {
        state.withLock { state in
            guard let due = state.lanes.nextDueMillis, due < state.timerDueMillis ?? .max else { return nil }
            guard let millis = time.realMilliseconds(for: UInt64(max(due - nowMillis, 0))) else { return nil }
            state.timerDueMillis = due
            return millis
        }
    }

    private func wake(afterMillis millis: UInt64) async {
        try? await Task.sleep(for: .milliseconds(millis))
        state.withLock { $0.timerDueMillis = nil }
        sendSignal.raise()
    }

    private func send(_ message: CallbackMessage) async {
        guard let sender else { return }
        let result = await sender.send(message)
        guard !Task.isCancelled || result.isAnswered else { return }
        state.withLock { state in
            state.lanes.finished(
                message, isAnswered: result.isAnswered, nowMillis: nowMillis, retryAfterMillis: result.retryAfterMillis)
            if result.isAnswered {
                state.figures.answered += 1
                state.finished.append(message.number)
            } else {
                state.figures.failedTries += 1
            }
        }
        if result.isAnswered {
            forgetSignal.raise()
        } else if mayLog("callback") {
            logger.error(
                "the risk callback is not answered, it is tried again",
                metadata: ["outcome": "\(result.outcome)", "decision_id": "\(message.decisionID)"])
        }
        sendSignal.raise()
    }

    /// Fills the lanes from the rows where they were full and have room again.
    private func loadMore() async {
        // Taken before the read: what is applied while it runs may not be among the rows, and the lanes stay «not all loaded» until a later look.
        let bounds = state.withLock { state -> (from: UInt64, applied: UInt64)? in
            guard let from = state.loadedThrough,
                state.lanes.count <= loadedCountMax / 2
            else { return nil }
            return (from, state.appliedThrough)
        }
        guard let bounds,
            let rows = try? await broker.rows(
                RowRead(
                    space: RiskRows.space, from: CallbackMessage.key(bounds.from + 1), prefix: CallbackMessage.keyPrefix
                ))
        else { return }
        let again = state.withLock { state -> Bool in
            for message in rows.compactMap(message) where message.number <= bounds.applied {
                state.lanes.add(message)
                state.loadedThrough = message.number
            }
            let isWhole = rows.count < Limits.rowReadCountMax || state.loadedThrough == bounds.applied
            guard isWhole, state.appliedThrough == bounds.applied else { return true }
            state.loadedThrough = nil
            return false
        }
        if again { sendSignal.raise() }
    }

    // MARK: - Forgetting

    private func forgetAll() async {
        for await _ in forgetSignal.wakes {
            while true {
                let done = state.withLock { Array($0.finished.prefix(RiskControlLimits.finishedCountMax)) }
                guard !done.isEmpty else { break }
                let rows = done.map { RowChange(space: RiskRows.space, key: CallbackMessage.key($0), value: nil) }
                do throws(BrokerError) {
                    try await broker.commit(Transaction(rows: rows))
                    state.withLock { $0.finished.removeFirst(done.count) }
                } catch {
                    // Told twice after a restart at worst; the receiver knows the decision's id.
                    guard error != .closed, !Task.isCancelled else { return }
                    await pause()
                }
            }
        }
    }

    /// Reads a row. One that cannot be read is counted and told of; the decision of the same number says what it should have done.
    private func message(_ row: Row) -> CallbackMessage? {
        let number = CallbackMessage.number(row.key)
        if let message = number.flatMap({ CallbackMessage(number: $0, body: Array(row.value.slice)) }) {
            return message
        }
        state.withLock { $0.figures.restrictionFailures += 1 }
        logger.critical(
            "an entry of risk control's outbox cannot be read", metadata: ["decision": "\(number ?? 0)"])
        return nil
    }

    private var nowMillis: Int64 { Int64(time.now.milliseconds) }

    private func pause() async {
        let millis = RiskControlLimits.storePauseMillis
        try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
    }

    private func mayLog(_ kind: String) -> Bool {
        let now = time.now.milliseconds
        return state.withLock { state in
            if let last = state.loggedAtMillis[kind], now < last + RiskControlLimits.alarmLogMillisMin { return false }
            state.loggedAtMillis[kind] = now
            return true
        }
    }
}
