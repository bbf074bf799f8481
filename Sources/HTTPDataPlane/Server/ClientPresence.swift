internal import Synchronization

/// Whether the client of a connection is still there; shared by all exchanges of the connection. Thread-safe.
///
/// Only an end that the network tells is known: a client that lost its network without a word counts as present until its connection is closed.
public final class ClientPresence: Sendable {
    private struct State {
        var isGone = false
        var lastID: UInt64 = 0
        /// Whoever wants to know; at most one per exchange that waits for its answer.
        var listeners: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Made by the server, one per connection; public so that handlers can be tested without one.
    public init() {}

    /// True once the connection has ended.
    public var isGone: Bool { state.withLock { $0.isGone } }

    /// The connection has ended. Listeners are called once, on the calling thread.
    public func leave() {
        let listeners = state.withLock { state in
            state.isGone = true
            defer { state.listeners = [:] }
            return state.listeners.values.map { $0 }
        }
        for listener in listeners { listener() }
    }

    /// Calls `body` when the client leaves, at once where it has; returns what ``forget(_:)`` takes, never 0.
    func onLeaving(_ body: @escaping @Sendable () -> Void) -> UInt64 {
        let (id, isGone) = state.withLock { state in
            state.lastID += 1
            if !state.isGone { state.listeners[state.lastID] = body }
            return (state.lastID, state.isGone)
        }
        if isGone { body() }
        return id
    }

    /// Takes a listener away.
    func forget(_ id: UInt64) { state.withLock { $0.listeners[id] = nil } }
}
