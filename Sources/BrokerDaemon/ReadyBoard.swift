internal import Synchronization
internal import Telemetry

/// Knows which listeners serve; says so on standard output once all of them do. Thread-safe.
final class ReadyBoard: Sendable {
    /// Listeners, in the order of the line.
    enum Listener: String, Sendable {
        case notices, admin, gate, queue
    }

    private struct State {
        var addresses: [Listener: String] = [:]
        var isStopping = false
    }

    private let awaited: [Listener]
    private let state = Mutex(State())

    /// A board that waits for these listeners.
    init(awaiting awaited: [Listener]) { self.awaited = awaited }

    /// A listener serves at this address. The last one makes the ready line appear.
    func serves(_ listener: Listener, at address: String) {
        let line = state.withLock { state -> String? in
            state.addresses[listener] = address
            let parts = awaited.compactMap { name in state.addresses[name].map { "\(name.rawValue)=\($0)" } }
            return parts.count == awaited.count ? "tillwired ready " + parts.joined(separator: " ") : nil
        }
        if let line { StandardStream.output.write(line: line) }
    }

    /// The daemon stops.
    func stops() { state.withLock { $0.isStopping = true } }

    /// Why no work is taken; nil where it is.
    var unreadiness: String? {
        state.withLock { state in
            if state.isStopping { return "the daemon is stopping" }
            return state.addresses.count == awaited.count ? nil : "the daemon is starting"
        }
    }
}
