public import MessageModel
internal import Synchronization

/// A clock that moves only when a test says so. Thread-safe.
public final class ManualTimeSource: TimeSource {
    private struct State {
        var now: Timestamp
        var listeners: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    /// A clock that stands at `start`.
    public init(start: Timestamp = Timestamp(milliseconds: 1_760_000_000_000)) { state = Mutex(State(now: start)) }

    /// The moment it stands at.
    public var now: Timestamp { state.withLock { $0.now } }

    /// Moves the clock on and wakes whoever sleeps by it.
    public func advance(milliseconds: UInt64) {
        let listeners = state.withLock { state in
            state.now = state.now.adding(milliseconds: milliseconds)
            return state.listeners
        }
        for listener in listeners { listener() }
    }

    /// Raises the clock.
    public func advance(toAtLeast moment: Timestamp) {
        state.withLock { $0.now = max($0.now, moment) }
    }

    /// Only a jump ends a sleep.
    public func realMilliseconds(for milliseconds: UInt64) -> UInt64? { nil }

    /// Calls `body` at every move.
    public func onJump(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.listeners.append(body) } }
}
