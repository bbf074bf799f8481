internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

/// The queues that are held in memory, made on first touch from three point reads; nothing here grows with depth.
///
/// Thread-safe. Its lock is taken before a queue's and before LMDB's, never after.
final class QueueDirectory: Sendable {
    private struct State {
        var queues: [QueueID: QueueState] = [:]
        var catalogue: Catalogue
        /// Queues with leases the disk does not know, or that are not quiet.
        var tracked: Set<QueueID> = []
        /// Queues with messages that were delivered too often.
        var dying: Set<QueueID> = []
        /// When the store was opened: a hold after a crash counts from here.
        var startedAt: Timestamp
    }

    private let state: Mutex<State>
    private let source: StoreSource
    private let time: any TimeSource

    init(_ catalogue: Catalogue, source: StoreSource, time: any TimeSource) {
        state = Mutex(State(catalogue: catalogue, startedAt: time.now))
        self.source = source
        self.time = time
    }

    /// The catalogue as of the last commit.
    var catalogue: Catalogue { state.withLock { $0.catalogue } }

    /// Puts the committed catalogue in place.
    func replace(_ catalogue: Catalogue) { state.withLock { $0.catalogue = catalogue } }

    /// The queue, loaded where it was not held; nil where there is no such queue or its counters are damaged.
    func state(_ id: QueueID) -> QueueState? {
        state.withLock { state in
            if let held = state.queues[id] { return held }
            guard let entry = state.catalogue.queue(id), let counters = load(id) else { return nil }
            let loaded = QueueState(entry, counters, startedAt: state.startedAt)
            if !counters.isQuiet { state.tracked.insert(id) }
            state.queues[id] = loaded
            return loaded
        }
    }

    /// Queues that are held.
    var held: [QueueState] { state.withLock { Array($0.queues.values) } }

    /// Puts a queue on the write-behind's list; one that is not held any more stays off it, because only a look at it would take it off again.
    func track(_ id: QueueID) {
        state.withLock { state in
            if state.queues[id] != nil { state.tracked.insert(id) }
        }
    }

    /// Has the writer look at a queue for messages that were delivered too often. A queue at rest is not on the write-behind's list, so it is put there.
    func noteDying(_ id: QueueID) {
        state.withLock { state in
            guard state.queues[id] != nil else { return }
            state.tracked.insert(id)
            state.dying.insert(id)
        }
    }

    /// Takes out the queues that were noted so.
    func takeDying() -> [QueueState] {
        state.withLock { state in
            guard !state.dying.isEmpty else { return [] }
            defer { state.dying = [] }
            return state.dying.sorted().compactMap { state.queues[$0] }
        }
    }

    /// True where the write-behind has anything to look at.
    var hasTracked: Bool { state.withLock { !$0.tracked.isEmpty } }

    /// The write-behind's list.
    var tracked: [QueueState] { state.withLock { state in state.tracked.sorted().compactMap { state.queues[$0] } } }

    /// Takes quiet queues off the write-behind's list.
    func untrack(_ ids: [QueueID]) { state.withLock { $0.tracked.subtract(ids) } }

    /// Forgets a queue that was deleted; nil where it was not held.
    func remove(_ id: QueueID) -> QueueState? {
        state.withLock { state in
            state.tracked.remove(id)
            state.dying.remove(id)
            return state.queues.removeValue(forKey: id)
        }
    }

    /// Queues that are held, of those named.
    func held(_ ids: [QueueID]) -> [QueueState] { state.withLock { state in ids.compactMap { state.queues[$0] } } }

    /// Forgets everything in memory after the store was reopened; whoever waits is woken and asks again.
    func forget(_ catalogue: Catalogue) -> [QueueState] {
        state.withLock { state in
            defer {
                state.queues = [:]
                state.tracked = []
                state.dying = []
                state.catalogue = catalogue
                state.startedAt = time.now
            }
            return Array(state.queues.values)
        }
    }

    /// A queue that was never touched has no row yet.
    private func load(_ id: QueueID) -> QueueCounters? {
        let key = Keys.queue(id)
        let outcome = try? source.read { (tables, transaction) throws(LMDBError) -> Result<QueueCounters, RowFault> in
            guard let value = try transaction.value(tables.counters, forKey: key.span) else {
                return .success(QueueCounters())
            }
            do throws(RowFault) { return .success(try QueueCounters(value, under: key.span)) } catch {
                return .failure(error)
            }
        }
        guard case .success(let counters) = outcome else { return nil }
        return counters
    }
}
