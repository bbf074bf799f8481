internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import Merchants
internal import MessageModel
internal import Synchronization
internal import Telemetry
internal import Tillwire

/// What becomes of decisions: restrictions are put and lifted here, then told to the callback URL until that answers.
///
/// Entries are rows that were committed with their decisions; a row goes when both is done. Restrictions are applied in the order of the decisions
/// and do not wait for the URL; callbacks go in order per merchant. Everything may happen twice after a crash and has its effect once: restrictions
/// by case, callbacks by decision id. Thread-safe.
final class CallbackOutbox<E: Engine>: Sendable {
    private struct State {
        /// To be put or lifted, in order.
        var unapplied: [CallbackMessage] = []
        /// To be told.
        var lanes = CallbackLanes()
        /// Done; their rows are to go.
        var finished: [UInt64] = []
        /// The largest number ever taken.
        var seenThrough: UInt64 = 0
        /// The largest number in the lanes, where later ones are left on the disk.
        var loadedThrough: UInt64?
        var figures = CallbackFigures()
        var loggedAtMillis: [String: UInt64] = [:]
        /// When the timer that runs ends.
        var timerDueMillis: Int64?
    }

    private let broker: Broker<E>
    private let book: RestrictionBook<E>
    private let sender: CallbackSender?
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let applySignal = WakeSignal()
    private let sendSignal = WakeSignal()
    private let forgetSignal = WakeSignal()
    private let roomSignal = WakeSignal()

    init(
        broker: Broker<E>, book: RestrictionBook<E>, sender: CallbackSender?, time: any TimeSource, logger: Logger
    ) {
        self.broker = broker
        self.book = book
        self.sender = sender
        self.time = time
        self.logger = logger
        time.onJump { [sendSignal] in sendSignal.raise() }
    }

    /// Takes entries whose rows are durable, in order; those it has seen are passed over. Returns at once.
    func add(_ messages: [CallbackMessage]) {
        state.withLock { state in
            for message in messages where message.number > state.seenThrough {
                state.seenThrough = message.number
                state.unapplied.append(message)
            }
        }
        applySignal.raise()
    }

    /// Reads the rows again and takes those it has not seen: after a start, and where nobody knows what was committed.
    ///
    /// - Throws: why the store did not give them.
    func resync() async throws(BrokerError) {
        var from = CallbackMessage.key(state.withLock { $0.seenThrough } + 1)
        while true {
            let rows = try await broker.rows(
                RowRead(space: RiskRows.space, from: from, prefix: CallbackMessage.keyPrefix))
            add(rows.compactMap(Self.message))
            guard rows.count == Limits.rowReadCountMax, let last = rows.last else { return }
            from = Bytes(Array(last.key.slice) + [0])
        }
    }

    /// Waits while more than ``RiskControlLimits/waitingRestrictionCountMax`` restrictions wait.
    func waitForRoom() async {
        guard !hasRoom else { return }
        for await _ in roomSignal.wakes where hasRoom { return }
    }

    private var hasRoom: Bool {
        state.withLock { $0.unapplied.count < RiskControlLimits.waitingRestrictionCountMax }
    }

    /// What happened so far.
    var figures: CallbackFigures {
        state.withLock { state in
            var figures = state.figures
            figures.waitingRestrictions = state.unapplied.count
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
            while !Task.isCancelled, let message = state.withLock({ $0.unapplied.first }) {
                guard await apply(message) else {
                    await pause()
                    continue
                }
                applied(message)
            }
        }
    }

    /// False where it is to be tried again.
    private func apply(_ message: CallbackMessage) async -> Bool {
        do throws(RestrictionError) {
            if message.isUnblock {
                _ = try await book.lift(caseID: message.caseID, reason: message.reason, actor: RiskRows.actor)
            } else if let request = request(message) {
                _ = try await book.put(request, actor: RiskRows.actor)
            }
            return true
        } catch {
            switch error {
            case .overloaded, .store: return refused(message, error, isFinal: false)
            default: return refused(message, error, isFinal: true)
            }
        }
    }

    /// The restriction of a block; nil where it has ended already: orders that waited long are no reason to refuse payments now.
    private func request(_ message: CallbackMessage) -> RestrictionRequest? {
        let now = book.nowMillis
        guard let until = message.untilMillis, until > now else { return nil }
        return RestrictionRequest(
            caseID: message.caseID, merchantID: message.merchantID, reasonCode: message.reasonCode,
            reasonText: message.reason, source: .risk, effectiveAtMillis: min(message.atMillis, now),
            expiresAtMillis: until)
    }

    private func refused(_ message: CallbackMessage, _ error: RestrictionError, isFinal: Bool) -> Bool {
        state.withLock { $0.figures.restrictionFailures += 1 }
        if isFinal || mayLog("restriction") {
            logger.critical(
                "a decision of risk control was not applied: \(error)",
                metadata: [
                    "merchant_id": "\(message.merchantID)", "case_id": "\(message.caseID)", "again": "\(!isFinal)",
                ])
        }
        return isFinal
    }

    private func applied(_ message: CallbackMessage) {
        state.withLock { state in
            state.unapplied.removeFirst()
            if message.isUnblock { state.figures.lifted += 1 } else { state.figures.restricted += 1 }
            if sender == nil {
                state.finished.append(message.number)
            } else if state.loadedThrough == nil {
                state.lanes.add(message)
                if state.lanes.count >= RiskControlLimits.loadedCallbackCountMax {
                    state.loadedThrough = message.number
                }
            }
        }
        roomSignal.raise()
        if sender == nil { forgetSignal.raise() } else { sendSignal.raise() }
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
        let from = state.withLock { state -> UInt64? in
            state.lanes.count <= RiskControlLimits.loadedCallbackCountMax / 2 ? state.loadedThrough : nil
        }
        guard let from,
            let rows = try? await broker.rows(
                RowRead(
                    space: RiskRows.space, from: CallbackMessage.key(from + 1), prefix: CallbackMessage.keyPrefix))
        else { return }
        state.withLock { state in
            // What is not applied yet comes through `applied`.
            let applied = state.unapplied.first.map { $0.number - 1 } ?? state.seenThrough
            for message in rows.compactMap(Self.message) where message.number <= applied {
                state.lanes.add(message)
                state.loadedThrough = message.number
            }
            let isDone = rows.count < Limits.rowReadCountMax || (state.loadedThrough ?? 0) >= applied
            if isDone { state.loadedThrough = nil }
        }
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

    private static func message(_ row: Row) -> CallbackMessage? {
        CallbackMessage.number(row.key).flatMap { CallbackMessage(number: $0, body: Array(row.value.slice)) }
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
