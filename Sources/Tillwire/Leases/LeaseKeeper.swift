internal import Engine
internal import MessageModel
internal import Synchronization

/// Keeps deliveries hidden while somebody works on them, and gives back those nobody will. One loop for all of them. Thread-safe.
///
/// The loop runs in a task of its own and not in a child task: where the consumer is cancelled, the handlers that still run need their
/// leases, and what is given back must reach the engine. Whoever starts it ends it with ``end()``.
final class LeaseKeeper<E: Engine>: Sendable {
    private struct State {
        var table: LeaseTable<E.Receipt>
        /// To be released at once.
        var returning: [E.Receipt] = []
        var isEnding = false
    }

    private enum Step {
        case release([E.Receipt])
        case renew([E.Receipt], lost: [E.Receipt])
        case wait(until: Timestamp?)
        case end
    }

    private let engine: E
    private let clock: EngineClock
    private let visibilityMillis: UInt64
    private let onLost: @Sendable (E.Receipt) -> Void
    private let wakeup = Wakeup()
    private let state: Mutex<State>

    /// - Parameter onLost: told of each delivery that could not be kept; called in the loop.
    init(
        _ engine: E, _ clock: EngineClock, visibilityMillis: UInt64,
        onLost: @escaping @Sendable (E.Receipt) -> Void = { _ in }
    ) {
        self.engine = engine
        self.clock = clock
        self.visibilityMillis = visibilityMillis
        self.onLost = onLost
        state = Mutex(State(table: LeaseTable(visibilityMillis: visibilityMillis)))
    }

    /// Keeps these from now on.
    func hold(_ deliveries: [Delivery<E.Receipt>]) {
        let now = clock.now
        let isEarlier = state.withLock { state in
            let before = state.table.nextRenewal ?? .distantFuture
            for delivery in deliveries {
                state.table.add(delivery.receipt, hiddenUntil: delivery.hiddenUntil, now: now)
            }
            return (state.table.nextRenewal ?? .distantFuture) < before
        }
        if isEarlier { wakeup.raise() }
    }

    /// Keeps these no longer; they are settled, or their holder's own affair.
    func letGo(_ receipts: [E.Receipt]) {
        state.withLock { state in for receipt in receipts { state.table.remove(receipt) } }
    }

    /// Whether this one is kept and was not lost.
    func isLive(_ receipt: E.Receipt) -> Bool {
        let now = clock.now
        return state.withLock { $0.table.isLive(receipt, now: now) }
    }

    /// Extends this one at once, to see whether it is still open: where it is not, it is lost.
    func probe(_ receipt: E.Receipt) {
        state.withLock { $0.table.hurry(receipt) }
        wakeup.raise()
    }

    /// Gives these back, visible to others at once.
    func release(_ receipts: [E.Receipt]) {
        guard !receipts.isEmpty else { return }
        state.withLock { state in
            for receipt in receipts { state.table.remove(receipt) }
            state.returning += receipts
        }
        wakeup.raise()
    }

    /// Ends ``run()`` once everything to be given back was.
    func end() {
        state.withLock { $0.isEnding = true }
        wakeup.raise()
    }

    /// The loop.
    func run() async {
        await clock.wakingOnJumps(wakeup) {
            while true {
                switch step() {
                case .release(let receipts): await giveBack(receipts)
                case .renew(let receipts, let lost):
                    for receipt in lost { onLost(receipt) }
                    if !receipts.isEmpty { await extend(receipts) }
                case .wait(let moment): await clock.wait(for: wakeup, until: moment)
                case .end: return
                }
            }
        }
    }

    private func step() -> Step {
        let now = clock.now
        return state.withLock { state in
            if !state.returning.isEmpty {
                let some = Array(state.returning.prefix(Limits.batchCountMax))
                state.returning.removeFirst(some.count)
                return .release(some)
            }
            if state.isEnding { return .end }
            guard let next = state.table.nextRenewal, next <= now else { return .wait(until: state.table.nextRenewal) }
            let due = state.table.due(now: now, countMax: Limits.batchCountMax)
            return .renew(due.renew, lost: due.lost)
        }
    }

    /// What cannot be given back comes back when its lease ends.
    private func giveBack(_ receipts: [E.Receipt]) async {
        _ = try? await engine.settle(receipts.map { Settlement($0, .release(delayMillis: 0)) })
    }

    private func extend(_ receipts: [E.Receipt]) async {
        let asked = clock.now
        let action = Settlement<E.Receipt>.Action.extend(visibilityMillis: visibilityMillis)
        let outcomes: [SettleOutcome]
        do throws(BrokerError) {
            outcomes = try await engine.settle(receipts.map { Settlement($0, action) })
        } catch {
            outcomes = receipts.map { _ in .refused(error) }
        }
        let now = clock.now
        var lost: [E.Receipt] = []
        state.withLock { state in
            for (receipt, outcome) in zip(receipts, outcomes) {
                switch outcome {
                case .done: state.table.extended(receipt, asked: asked)
                case .refused(let reason) where reason.isPassing: state.table.postponed(receipt, now: now)
                case .refused:
                    state.table.remove(receipt)
                    lost.append(receipt)
                }
            }
        }
        for receipt in lost { onLost(receipt) }
    }
}

extension BrokerError {
    /// Whether the same call may succeed a little later.
    var isPassing: Bool {
        switch self {
        case .overloaded, .outcomeUnknown, .tooManyUnacknowledged: true
        default: false
        }
    }
}
