import MessageModel
import Synchronization

/// A clock that moves only when a test moves it.
final class ManualClock: TimeSource {
    private struct State {
        var millis: UInt64
        var listeners: [@Sendable () -> Void] = []
    }
    private let state: Mutex<State>

    init(millis: UInt64) { state = Mutex(State(millis: millis)) }

    var now: Timestamp { Timestamp(milliseconds: state.withLock { $0.millis }) }

    func advance(toAtLeast moment: Timestamp) {
        let listeners = state.withLock { state in
            state.millis = max(state.millis, moment.milliseconds)
            return state.listeners
        }
        for listener in listeners { listener() }
    }

    func advance(byMillis millis: UInt64) { advance(toAtLeast: now.adding(milliseconds: millis)) }

    func realMilliseconds(for milliseconds: UInt64) -> UInt64? { nil }

    func onJump(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.listeners.append(body) } }
}
