internal import LMDB
internal import MessageModel

/// The first answers under idempotency keys: what is remembered, and where it stands.
///
/// A group's answers are one row at the end of `once`, which costs a commit next to nothing; memory finds them. When there are many they are sorted
/// into a **run** of their bucket of expiry, rows of about a page one after another; when there are several runs of one size they become one larger
/// run. So every answer is written a few times, each time beside its neighbours, instead of once at a random place, which would cost a page each.
/// This work is cut into steps of twice as many answers as a group brings, so it is done before the next is due, and memory stays bounded.
///
/// An answer is true wherever it stands, and leaves a place only in a commit after the one that completed the next place. So there is no list of runs:
/// a start takes what it finds, half-merged runs included.
///
/// Used by whoever writes, and by nobody else.
final class OnceBook {
    let bounds: OnceBounds
    /// Answers of the latest groups.
    var fresh = OnceBatch()
    /// Answers that are on their way into a run.
    var frozen: OnceBatch?
    /// Runs that are asked.
    var runs: [OnceRun] = []
    /// Work under way; that of ``frozen`` is the one without inputs.
    var merges: [OnceMerge] = []
    /// Runs whose rows are to be deleted.
    var doomed: [OnceRunID] = []
    /// Rows of groups up to this one are to be deleted.
    var doomedGroup: UInt64 = 0
    /// A filter that is made again after a start.
    var recalled: (reader: OnceRunReader, filter: OnceFilter)?
    /// True while there are rows of single answers, as they were written until format 2.
    var holdsSingles = false
    /// Damaged rows of groups: they stay, for a repair to deal with.
    var damagedGroups: Set<OnceGroupID> = []
    /// Hashes of keys that may stand in damaged rows: nobody knows what was answered.
    var suspects: Set<UInt64> = []
    /// Why nobody knows which keys are remembered; nil where all rows of groups were read.
    var unread: RowFault?
    /// When runs were last looked at for their end.
    var lookedAt = Timestamp.zero
    /// True where nothing has changed since merges were last looked for.
    var isSettled = false

    init(bounds: OnceBounds) { self.bounds = bounds }

    /// Bytes of memory it takes.
    var byteCount: Int {
        fresh.byteCount + (frozen?.byteCount ?? 0) + filterByteCount + merges.reduce(0) { $0 + $1.byteCount }
    }

    /// Bytes of filters, those that are being made among them.
    var filterByteCount: Int {
        runs.reduce(0) { $0 + ($1.filter?.byteCount ?? 0) } + (recalled?.filter.byteCount ?? 0)
            + merges.reduce(0) { $0 + $1.filterByteCount }
    }

    /// Which of a group's keys are certainly new. One after another each would wait for the memory it is looked for in; in one loop for each place to
    /// look the processor fetches it side by side.
    func areNew(_ places: [OncePlace]) -> [Bool] {
        var areNew = [Bool](repeating: unread == nil && suspects.isEmpty && !holdsSingles, count: places.count)
        guard areNew.first == true else { return areNew }
        let fresh = fresh
        for index in places.indices where fresh.mayHold(places[index]) { areNew[index] = false }
        if let frozen { for index in places.indices where frozen.mayHold(places[index]) { areNew[index] = false } }
        for run in runs {
            guard let filter = run.filter else { return [Bool](repeating: false, count: places.count) }
            for index in places.indices where filter.mayHold(places[index]) { areNew[index] = false }
        }
        return areNew
    }

    /// The first answer under a key, where it is still good.
    ///
    /// - Throws: ``PlanFault/row(_:_:)`` where it cannot be said, because a row is damaged that may hold it.
    func answer(
        _ key: OnceKey, at now: Timestamp, _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> SequenceNumber? {
        if let found = fresh.answer(key, at: now) ?? frozen?.answer(key, at: now) { return found }
        let oldest = key.bucket(expiringAt: now)
        for index in runs.indices {
            let bucket = runs[index].id.bucket
            guard bucket >= oldest, bucket >> 24 == oldest >> 24,
                runs[index].filter?.mayHold(key.place) ?? true
            else { continue }
            if let found = try OnceRun.answer(key, in: runs[index].id, at: now, table, transaction) { return found }
        }
        if let unread { throw .row(unread, "once") }
        if !suspects.isEmpty, suspects.contains(key.place.first) { throw .row(.checksum, "once") }
        return nil
    }
}
