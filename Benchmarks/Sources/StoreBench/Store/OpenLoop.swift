internal import Synchronization

/// Sends that are due at fixed moments, whatever became of the earlier ones: who waits for a slow answer would hide how long the next one
/// should have waited.
struct OpenLoop: Sendable {
    /// On the monotonic clock, a little ahead so that the consumers are there.
    let startNanos: UInt64
    let intervalNanos: UInt64
    /// Messages in all.
    let totalCount: Int
    /// Of these, sent before the measured part.
    let warmUpCount: Int

    init(_ options: BenchOptions) {
        startNanos = Clock.nanos() + 300_000_000
        intervalNanos = 1_000_000_000 / UInt64(BenchLimits.openLoopRatePerSecond)
        let rate = Double(BenchLimits.openLoopRatePerSecond)
        warmUpCount = options.isSmoke ? 0 : Int(rate * BenchLimits.openLoopWarmUpSeconds)
        totalCount =
            options.isSmoke ? BenchLimits.smokeOpenLoopCount : warmUpCount + Int(rate * max(1, options.seconds))
    }

    /// When message `number` is due.
    func dueNanos(_ number: Int) -> UInt64 { startNanos + UInt64(number) * intervalNanos }

    /// When whoever waits for messages gives up.
    var deadlineNanos: UInt64 { dueNanos(totalCount) + BenchLimits.openLoopTailNanos }

    /// Calls `send` for each message when it is due, on this thread, which sleeps in between. `send` must not wait for the answer.
    func pace(_ send: (_ number: Int, _ dueNanos: UInt64) throws -> Void) rethrows {
        for number in 0..<totalCount {
            let due = dueNanos(number)
            if Clock.nanos() < due { Clock.sleep(until: due) }
            try send(number, due)
        }
    }
}

/// What arrived of an open loop. Thread-safe.
final class OpenLoopTally: Sendable {
    private let loop: OpenLoop
    private let state = Mutex(State())

    private struct State {
        var arrivedCount = 0
        var latenciesMicros: [UInt32] = []
        var firstNanos: UInt64 = 0
        var lastNanos: UInt64 = 0
        var failure: String?
    }

    init(_ loop: OpenLoop) { self.loop = loop }

    /// Messages that were due at `dueNanos` arrived at `now`.
    func arrived(dueNanos: [UInt64], now: UInt64) {
        state.withLock { state in
            state.arrivedCount += dueNanos.count
            for due in dueNanos where due >= loop.dueNanos(loop.warmUpCount) {
                if state.latenciesMicros.isEmpty { state.firstNanos = due }
                state.latenciesMicros.append(UInt32(clamping: (now - min(now, due)) / 1_000))
                state.lastNanos = now
            }
        }
    }

    /// A send failed: nothing more is waited for.
    func failed(_ reason: String) { state.withLock { $0.failure = $0.failure ?? reason } }

    /// Whether nothing more is to be waited for.
    var isOver: Bool {
        state.withLock { $0.arrivedCount >= loop.totalCount || $0.failure != nil } || Clock.nanos() > loop.deadlineNanos
    }

    /// The measured part; throws where not exactly everything arrived.
    func measurement() throws -> Measurement {
        try state.withLock { state in
            if let failure = state.failure { throw WrongCount(description: "open loop: \(failure)") }
            guard state.arrivedCount == loop.totalCount else {
                throw WrongCount(description: "open loop: \(state.arrivedCount) of \(loop.totalCount) messages arrived")
            }
            var measurement = Measurement()
            measurement.messageCount = state.latenciesMicros.count
            measurement.elapsedNanos = state.lastNanos - state.firstNanos
            measurement.latenciesMicros = state.latenciesMicros
            return measurement
        }
    }
}
