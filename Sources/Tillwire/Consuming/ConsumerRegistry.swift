internal import MessageModel
internal import Synchronization

/// Everyone who receives through one broker, so that closing it asks them first. Thread-safe.
final class ConsumerRegistry: Sendable {
    /// How one of them is reached. Both return at once and may be called more than once.
    struct Hooks: Sendable {
        /// Take nothing new, give back what is unread, leave when what is in work is settled.
        let stop: @Sendable () -> Void
        /// The grace is over: end now.
        let abandon: @Sendable () -> Void
    }

    private struct State {
        var isClosing = false
        var lastID: UInt64 = 0
        var live: [UInt64: Hooks] = [:]
        /// Calls of ``close(graceMillis:)`` that wait for the last one to leave.
        var closers: [Wakeup] = []
    }

    /// The engine's clock.
    let clock: EngineClock
    private let state = Mutex(State())

    init(clock: EngineClock) { self.clock = clock }

    /// Adds one; it must ``leave(_:)``.
    ///
    /// - Throws: ``BrokerError/closed``.
    func enter(_ hooks: Hooks) throws(BrokerError) -> UInt64 {
        let id: UInt64? = state.withLock { state in
            guard !state.isClosing else { return nil }
            state.lastID += 1
            state.live[state.lastID] = hooks
            return state.lastID
        }
        guard let id else { throw .closed }
        return id
    }

    /// It ended, and all it had is settled or given back.
    func leave(_ id: UInt64) {
        let closers = state.withLock { state in
            state.live[id] = nil
            return state.live.isEmpty ? state.closers : []
        }
        for closer in closers { closer.raise() }
    }

    /// Admits nobody any more, stops everyone, waits up to `graceMillis` for them to leave, abandons the rest.
    func close(graceMillis: UInt64) async {
        let left = Wakeup()
        let live = state.withLock { state in
            state.isClosing = true
            state.closers.append(left)
            return Array(state.live.values)
        }
        for hooks in live { hooks.stop() }
        let end = clock.now.adding(milliseconds: graceMillis)
        await clock.wait(for: left, until: end) { self.state.withLock { $0.live.isEmpty } }
        for hooks in state.withLock({ Array($0.live.values) }) { hooks.abandon() }
    }
}
