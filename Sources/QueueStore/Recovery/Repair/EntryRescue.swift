internal import Engine
internal import LMDB
internal import MessageModel

/// Writes an index row anew that cannot be read, where its messages are still there: a block sent to that very queue says which sequences it holds,
/// and no readable row names them. What had been acknowledged comes back: at least once, never lost.
struct EntryRescue {
    let source: StoreSource
    let findings: AuditFindings
    let blocks: BlockReader
    /// Blocks that fewer rows name than should, by the queue they were sent to; made on first use.
    private var candidates: [QueueID: [Candidate]]?

    private struct Candidate {
        let id: UInt64
        let cutAt: Timestamp
        /// The sequence of each slot, rising.
        let sequences: [SequenceNumber]
    }

    init(source: StoreSource, findings: AuditFindings, blocks: BlockReader) {
        self.source = source
        self.findings = findings
        self.blocks = blocks
    }

    /// The step that rewrites the row; nil where its messages cannot be found.
    mutating func step(_ id: EntryID) throws(BrokerError) -> RepairStep? {
        let known: [QueueID: [Candidate]]
        if let candidates { known = candidates } else { known = try load() }
        candidates = known
        guard let (found, slots) = try place(id, known[id.queue] ?? []) else { return nil }
        var row = EntryRow(count: slots.count, block: found.id, enqueuedAt: found.cutAt)
        if slots.count < found.sequences.count {
            var set = MemberSet()
            for slot in slots { set.insert(slot) }
            row.slots = set
        }
        let offsets = found.sequences[slots].map { $0 - id.first }
        if offsets.last != UInt64(slots.count - 1) { row.offsets = offsets }
        row.isShared = findings.countedOwners[found.id] != nil
        row.dueAt =
            findings.dueFound.keys.first { $0.kind == .row && $0.queue == id.queue && $0.sequence == id.first }?.at
        let key = Keys.entry(id)
        var step = RepairStep(
            what:
                "\(id.place): rewritten from block \(found.id): \(slots.count) messages, acknowledged ones among them come back",
            keepsOld: true)
        step.put("entries", key, row.encoded(under: key))
        return step
    }

    /// The block that holds the row's first sequence, and its slots up to the next row.
    private func place(
        _ id: EntryID, _ candidates: [Candidate]
    ) throws(BrokerError) -> (Candidate, Range<Int>)? {
        for candidate in candidates {
            guard let slot = candidate.sequences.firstIndex(of: id.first) else { continue }
            let next = try next(after: id)?.first ?? .max
            // A plain row ends where the next one begins; one with a list may reach beyond it.
            let isPlain = candidate.sequences.count == Int((candidate.sequences.last ?? 0) - candidate.sequences[0]) + 1
            let end = isPlain ? candidate.sequences.firstIndex { $0 >= next } : nil
            return (candidate, slot..<(end ?? candidate.sequences.count))
        }
        return nil
    }

    private func load() throws(BrokerError) -> [QueueID: [Candidate]] {
        var found: [QueueID: [Candidate]] = [:]
        for id in findings.storedBlocks.sorted() {
            let named = findings.owners[id]?.rows ?? 0
            guard named < findings.countedOwners[id] ?? 1 else { continue }
            let stored = try source.read { (tables, transaction) throws(LMDBError) in
                try blocks.load(id, tables, transaction)
            }
            guard case .success(let stored) = stored, let block = try? blocks.inflate(stored) else { continue }
            let places = (0..<block.count).map { block.identity(slot: $0) }
            guard let source = places.first?.source, let queue = source.queueID,
                places.allSatisfy({ $0.source == source }),
                zip(places, places.dropFirst()).allSatisfy({ $0.sequence < $1.sequence })
            else { continue }
            found[queue, default: []].append(
                Candidate(id: id, cutAt: block.cutAt, sequences: places.map(\.sequence)))
        }
        return found
    }

    /// The row behind `id` in its queue, readable or not.
    private func next(after id: EntryID) throws(BrokerError) -> EntryID? {
        let behind = Keys.entry(EntryID(queue: id.queue, first: id.first + 1))
        return try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                guard try cursor.seek(atOrAfter: behind.span), let next = EntryID(cursor.key), next.queue == id.queue
                else { return nil }
                return next
            }
        }
    }
}
