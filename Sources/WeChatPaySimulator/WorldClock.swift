internal import Synchronization

/// How long a run has lasted. Made before the run, started with it. Thread-safe.
public final class WorldClock: Sendable {
    /// The moment the run began; nil before.
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// A clock that stands at 0.
    public init() {}

    /// A clock that runs from now on.
    public static func running() -> WorldClock {
        let clock = WorldClock()
        clock.run()
        return clock
    }

    /// The run begins now.
    public func run() {
        start.withLock { $0 = .now }
    }

    /// Milliseconds since the start; 0 before it.
    public var millis: Int {
        guard let start = start.withLock({ $0 }) else { return 0 }
        return Int((ContinuousClock.now - start) / .milliseconds(1))
    }

    /// Sleeps until that many milliseconds have passed since the start, which must be behind.
    /// - Throws: `CancellationError`.
    public func sleep(untilMillis millis: Int) async throws {
        guard let start = start.withLock({ $0 }) else { preconditionFailure("the clock does not run yet") }
        try await Task.sleep(until: start + .milliseconds(millis), clock: .continuous)
    }
}
