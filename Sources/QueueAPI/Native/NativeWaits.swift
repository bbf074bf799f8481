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
        /// Whose each is, and how many each has; where that is bounded.
        var owners: [UInt64: String] = [:]
        var countByOwner: [String: Int] = [:]
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

    /// Counts a wait of an owner in; nil where too many wait, or too many of this owner's.
    func reserve(for owner: String, ownerCountMax: Int) -> UInt64? {
        state.withLock { state in
            let own = state.countByOwner[owner, default: 0]
            guard state.waits.count < countMax, own < ownerCountMax else { return nil }
            state.lastID += 1
            state.waits[state.lastID] = .reserved
            state.owners[state.lastID] = owner
            state.countByOwner[owner] = own + 1
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
    func ended(_ id: UInt64) {
        state.withLock { state in
            guard state.waits.removeValue(forKey: id) != nil, let owner = state.owners.removeValue(forKey: id) else {
                return
            }
            let left = state.countByOwner[owner, default: 1] - 1
            state.countByOwner[owner] = left > 0 ? left : nil
        }
    }

    /// Ends all waits, and those to come.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopping = true
            return state.waits.values.compactMap { if case .running(let task) = $0 { task } else { nil } }
        }
        for task in tasks { task.cancel() }
    }
}
