internal import Engine
internal import MessageModel
internal import Synchronization

/// A queue in memory: a copy of its committed counters, its ready cursor, its leases and the receives that wait. Made on first use.
///
/// One lock a queue. No other lock is taken while it is held, LMDB's brief reader registration excepted: a receive begins its read transaction
/// inside, so its snapshot is never older than what memory knows was committed.
final class QueueState: Sendable {
    let id: QueueID
    let name: EntityName
    private let guarded: Mutex<QueueMemory>

    init(_ entry: QueueEntry, _ counters: QueueCounters, startedAt now: Timestamp) {
        id = entry.id
        name = entry.name
        guarded = Mutex(QueueMemory(counters, entry.attributes, startedAt: now))
    }

    /// The queue's settings of this moment.
    var attributes: QueueAttributes { guarded.withLock { $0.attributes } }

    /// Runs `body` under the queue's lock. Must not suspend or take another lock.
    func withLock<Result, Failure: Error>(
        _ body: (inout sending QueueMemory) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try guarded.withLock(body)
    }
}
