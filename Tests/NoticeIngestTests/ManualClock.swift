import MessageModel
import Synchronization

/// A clock that moves only when a test moves it.
final class ManualClock: TimeSource {
    private struct State {
        var millis: UInt64
        var listeners: [@Sendable () -> Void] = []
    }
    private let state: Mutex<State>

    init(seconds: UInt64) { state = Mutex(State(millis: seconds * 1_000)) }

    var now: Timestamp { Timestamp(milliseconds: state.withLock { $0.millis }) }

    func advance(toAtLeast moment: Timestamp) {
        let listeners = state.withLock { state in
            state.millis = max(state.millis, moment.milliseconds)
            return state.listeners
        }
        for listener in listeners { listener() }
    }

    func advance(bySeconds seconds: UInt64) { advance(toAtLeast: now.adding(milliseconds: seconds * 1_000)) }

    func realMilliseconds(for milliseconds: UInt64) -> UInt64? { nil }

    func onJump(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.listeners.append(body) } }
}
