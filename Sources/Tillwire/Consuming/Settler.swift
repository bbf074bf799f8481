internal import Engine
internal import MessageModel
internal import Synchronization

/// Settles what handlers finished, in batches: while one call waits for the disk, the next one gathers. Thread-safe.
///
/// Like the leases' keeper it runs in a task of its own, because what a cancelled consumer finished must still be settled.
final class Settler<E: Engine>: Sendable {
    /// A message and what is to become of it.
    struct Finished: Sendable {
        let message: Message<E>
        let action: Settlement<E.Receipt>.Action
    }

    private struct State {
        var waiting: [Finished] = []
        var isEnding = false
    }

    private let engine: E
    private let clock: EngineClock
    private let report: @Sendable (ConsumeEvent<E>) -> Void
    private let onSettled: @Sendable ([Finished]) -> Void
    private let wakeup = Wakeup()
    private let state = Mutex(State())

    /// - Parameter onSettled: told of what is held no longer, settled or not.
    init(
        _ engine: E, _ clock: EngineClock, report: @escaping @Sendable (ConsumeEvent<E>) -> Void,
        onSettled: @escaping @Sendable ([Finished]) -> Void
    ) {
        self.engine = engine
        self.clock = clock
        self.report = report
        self.onSettled = onSettled
    }

    /// Settles it with the next batch.
    func add(_ finished: Finished) {
        let isFirst = state.withLock { state in
            state.waiting.append(finished)
            return state.waiting.count == 1
        }
        if isFirst { wakeup.raise() }
    }

    /// Ends ``run()`` once everything added is settled.
    func end() {
        state.withLock { $0.isEnding = true }
        wakeup.raise()
    }

    /// The loop.
    func run() async {
        while true {
            let (batch, isEnding) = state.withLock { state in
                let batch = Array(state.waiting.prefix(Limits.batchCountMax))
                state.waiting.removeFirst(batch.count)
                return (batch, state.isEnding)
            }
            if !batch.isEmpty {
                await settle(batch)
                onSettled(batch)
            } else if isEnding {
                return
            } else {
                await wakeup.wait()
            }
        }
    }

    /// Settles a batch, again and again where it is refused for now.
    private func settle(_ batch: [Finished]) async {
        var rest = batch
        for attempt in 1... {
            let (refused, reason) = await attemptToSettle(rest)
            guard let reason else { return }
            guard reason.isPassing, attempt < Limits.settleAttemptCountMax else {
                report(.settleFailed(reason, count: refused.count))
                return
            }
            rest = refused
            let pause = Limits.consumerRetryMillis << UInt64(attempt - 1)
            await clock.wait(for: Wakeup(), until: clock.now.adding(milliseconds: pause)) { false }
        }
    }

    /// One call. Returns what was refused for now and why; what was refused for good is reported.
    private func attemptToSettle(_ batch: [Finished]) async -> (refused: [Finished], reason: BrokerError?) {
        let outcomes: [SettleOutcome]
        do throws(BrokerError) {
            outcomes = try await engine.settle(batch.map { Settlement($0.message.receipt, $0.action) })
        } catch { return (batch, error) }
        var refused: [Finished] = []
        var reason: BrokerError?
        for (finished, outcome) in zip(batch, outcomes) {
            guard case .refused(let why) = outcome else { continue }
            switch why {
            case .receiptInvalid: report(.leaseLost(finished.message))
            case _ where why.isPassing:
                refused.append(finished)
                reason = why
            default: report(.settleFailed(why, count: 1))
            }
        }
        return (refused, reason)
    }
}
