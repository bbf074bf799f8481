internal import Synchronization

/// The receives that wait for a message: one task each, at most so many, each of which can be ended. Thread-safe.
final class PollBook: Sendable {
    private struct Contents {
        var lastID: UInt64 = 0
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var isEnding = false
    }

    /// Why no wait began.
    enum Refusal: Error {
        /// So many wait already.
        case full
        /// The service ends: nobody waits any more.
        case ending
    }

    private let countMax: Int
    private let contents = Mutex(Contents())

    init(countMax: Int) { self.countMax = countMax }

    /// Receives that wait.
    var count: Int { contents.withLock { $0.tasks.count } }

    /// Runs `body` in a task of its own, which the returned id ends.
    func start(_ body: @escaping @Sendable () async -> Void) throws(Refusal) -> UInt64 {
        let (id, refusal) = contents.withLock { contents -> (UInt64, Refusal?) in
            guard !contents.isEnding else { return (0, .ending) }
            guard contents.tasks.count < countMax else { return (0, .full) }
            contents.lastID += 1
            let id = contents.lastID
            contents.tasks[id] = Task {
                await body()
                self.contents.withLock { $0.tasks[id] = nil }
            }
            return (id, nil)
        }
        if let refusal { throw refusal }
        return id
    }

    /// Ends one wait; nothing happens where it is over.
    func cancel(_ id: UInt64) { contents.withLock { $0.tasks[id] }?.cancel() }

    /// Ends every wait, and lets none begin.
    func end() {
        let tasks = contents.withLock { contents in
            contents.isEnding = true
            return contents.tasks.values.map { $0 }
        }
        for task in tasks { task.cancel() }
    }
}
