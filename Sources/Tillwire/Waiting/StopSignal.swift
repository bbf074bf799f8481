internal import Synchronization

/// Asks consumers to stop: they take nothing new, give back what they hold unread, and end when the messages in work are settled.
///
/// One signal may stop any number of them. It stays stopped. Thread-safe.
public final class StopSignal: Sendable {
    private struct State {
        var isStopped = false
        var lastID: UInt64 = 0
        var listeners: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// A signal that nobody gave yet.
    public init() {}

    /// Whether it was given.
    public var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Gives it. Returns at once; whoever awaits the consumer sees its end.
    public func stop() {
        let listeners = state.withLock { state in
            state.isStopped = true
            defer { state.listeners = [:] }
            return state.listeners.values.map { $0 }
        }
        for listener in listeners { listener() }
    }

    /// Calls `body` when the signal is given, at once where it was; returns what ``forget(_:)`` takes.
    package func onStop(_ body: @escaping @Sendable () -> Void) -> UInt64 {
        let (id, isStopped) = state.withLock { state in
            state.lastID += 1
            if !state.isStopped { state.listeners[state.lastID] = body }
            return (state.lastID, state.isStopped)
        }
        if isStopped { body() }
        return id
    }

    /// Takes a listener away.
    package func forget(_ id: UInt64) { state.withLock { $0.listeners[id] = nil } }
}
