internal import Synchronization

/// What may last long, receives that wait for a message or streams, so that a stop can end it. Thread-safe.
final class NativeWaits: Sendable {
    private enum Wait {
        /// Counted in, not running yet.
        case reserved
        case running(Task<Void, Never>)
    }

    private struct State {
        var waits: [UInt64: Wait] = [:]
        var lastID: UInt64 = 0
        var isStopping = false
    }

    private let countMax: Int
    private let state = Mutex(State())

    init(countMax: Int) { self.countMax = countMax }

    /// How many there are.
    var count: Int { state.withLock { $0.waits.count } }

    /// Whether nothing may wait any more.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Counts a wait in; nil where too many wait.
    func reserve() -> UInt64? {
        state.withLock { state in
            guard state.waits.count < countMax else { return nil }
            state.lastID += 1
            state.waits[state.lastID] = .reserved
            return state.lastID
        }
    }

    /// The wait runs in this task; it may have ended already.
    func runs(_ id: UInt64, _ task: Task<Void, Never>) {
        let isStopping = state.withLock { state in
            if state.waits[id] != nil { state.waits[id] = .running(task) }
            return state.isStopping
        }
        if isStopping { task.cancel() }
    }

    /// The wait ended.
    func ended(_ id: UInt64) { state.withLock { state in _ = state.waits.removeValue(forKey: id) } }

    /// Ends all waits, and those to come.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopping = true
            return state.waits.values.compactMap { if case .running(let task) = $0 { task } else { nil } }
        }
        for task in tasks { task.cancel() }
    }
}
