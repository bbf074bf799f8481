internal import Engine
internal import LMDB
internal import MessageModel

/// Looks through a queue's rows for the next run of neighbours that are worth merging. One short read transaction a step.
struct CompactionScan {
    /// What a step found.
    enum Step {
        /// Rows to be merged, and the sequence to go on from.
        case run([Compaction.Source], next: SequenceNumber)
        /// Nothing among the rows that were looked at.
        case nothing(next: SequenceNumber)
        /// The queue's end.
        case end
    }

    let queue: QueueID
    let attributes: QueueAttributes
    let counters: QueueCounters
    let now: Timestamp
    /// Rows that could have been merged and are too young for it: worth another look later.
    private(set) var youngCount = 0

    init(queue: QueueID, attributes: QueueAttributes, counters: QueueCounters, now: Timestamp) {
        self.queue = queue
        self.attributes = attributes
        self.counters = counters
        self.now = now
    }

    /// The first run at or after `start` among the next ``MessageModel/Limits/scanRowCountPerTransaction`` rows.
    mutating func step(from start: SequenceNumber, _ source: StoreSource) throws(BrokerError) -> Step {
        let ids = Keys.entry(EntryID(queue: queue, first: max(start, counters.floor)))
        var run: [Compaction.Source] = []
        var scan = self
        let step = try source.read { (tables, transaction) throws(LMDBError) -> Step in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                var more = try cursor.seek(atOrAfter: ids.span)
                var looked = 0
                while more, let id = EntryID(cursor.key), id.queue == scan.queue {
                    guard looked < Limits.scanRowCountPerTransaction else {
                        return run.isEmpty ? .nothing(next: id.first) : .run(run, next: id.first)
                    }
                    looked += 1
                    let row = try? EntryRow(cursor.value, under: Keys.entry(id).span)
                    if let row, try scan.isCandidate(row, id, tables, transaction), Self.joins(row, id, run) {
                        run.append(.init(id: id, row: row))
                        if row.origin != nil { return .run(run, next: id.first + 1) }
                    } else if !run.isEmpty {
                        return .run(run, next: id.first)
                    }
                    more = try cursor.next()
                }
                return run.isEmpty ? .end : .run(run, next: counters.nextSequence)
            }
        }
        self = scan
        return step
    }

    private mutating func isCandidate(
        _ row: EntryRow, _ id: EntryID, _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> Bool {
        guard row.dueAt == nil, !counters.isRewinding(id.first), !attributes.keeps(row, at: now) else { return false }
        // A dead letter's row is small from the start: what counts there is how much of its block it keeps alive.
        var isWorthIt = row.isSparse
        if !isWorthIt, row.origin != nil { isWorthIt = try Self.holdsMuch(row, tables, transaction) }
        guard isWorthIt else { return false }
        guard row.enqueuedAt.adding(milliseconds: Limits.compactionAgeMillisMin) <= now else {
            youngCount += 1
            return false
        }
        return true
    }

    private static func holdsMuch(
        _ row: EntryRow, _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> Bool {
        let key = Keys.payload(block: row.block, part: 0)
        guard let value = try transaction.value(tables.payloads, forKey: key.span), let header = try? BlockHeader(value)
        else { return false }
        return row.liveCount > 0 && row.liveCount * Limits.compactionShrinkMin <= header.count
    }

    /// Whether a row may join a run: within one minute, at most so many rows and messages, near enough for the sequence list.
    private static func joins(_ row: EntryRow, _ id: EntryID, _ run: [Compaction.Source]) -> Bool {
        guard let first = run.first, let last = run.last else { return true }
        return row.origin == nil && run.count < Limits.compactionRowCountMax
            && row.enqueuedAt.millisecondsSince(first.row.enqueuedAt) <= Limits.compactionSpanMillisMax
            && first.row.enqueuedAt.millisecondsSince(row.enqueuedAt) <= Limits.compactionSpanMillisMax
            && run.reduce(row.liveCount) { $0 + $1.row.liveCount } <= Limits.blockMessageCountMax
            && id.first - last.id.first < 1 << 27
    }
}
