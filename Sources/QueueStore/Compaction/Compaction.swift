internal import Engine
internal import MessageModel

/// Neighbouring rows of one queue whose blocks are mostly dead, and the one block and row that are to take their place. Prepared on the
/// compactor's thread from a snapshot; the writer puts it in place only where every row still is what it was.
struct Compaction: Sendable {
    /// One row as it was read.
    struct Source: Sendable {
        let id: EntryID
        let row: EntryRow
    }

    /// One surviving message.
    struct Survivor: Sendable {
        /// Its row among ``sources``.
        let source: Int
        let member: Int
        let sequence: SequenceNumber
        let detail: DeliveryDetail?
    }

    let queue: QueueID
    let sources: [Source]
    /// In the order of sequences.
    let survivors: [Survivor]
    /// What the survivors are packed into.
    let packed: PackedBlock

    /// The row that takes the place of the others, pointing at `block`.
    func row(block: UInt64) -> (id: EntryID, row: EntryRow) {
        let first = survivors[0].sequence
        // Rows of one minute are merged at most, so the latest of their times makes none expire early.
        let enqueuedAt = sources.map(\.row.enqueuedAt).max() ?? .zero
        var row = EntryRow(count: survivors.count, block: block, enqueuedAt: enqueuedAt)
        let offsets = survivors.map { $0.sequence - first }
        if offsets != (0..<survivors.count).map({ UInt64($0) }) { row.offsets = offsets }
        row.origin = sources[0].row.origin.map { origin in
            var moved = origin
            moved.sequence += first - sources[0].id.first
            return moved
        }
        row.setDetails(Dictionary(survivors.enumerated().map { ($0, $1.detail) }, uniquingKeysWith: { $1 }))
        return (EntryID(queue: queue, first: first), row)
    }
}

extension EntryRow {
    /// Whether so few of a row's messages are left that its block is worth rewriting.
    var isSparse: Bool { liveCount > 0 && liveCount * Limits.compactionShrinkMin <= count }
}
