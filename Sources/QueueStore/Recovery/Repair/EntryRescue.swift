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
        let block: InflatedBlock
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
        guard
            let found = known[id.queue]?.first(where: {
                $0.block.firstSequence <= id.first && id.first - $0.block.firstSequence < UInt64($0.block.count)
            })
        else { return nil }
        let slot = Int(id.first - found.block.firstSequence)
        var count = found.block.count - slot
        if let next = try next(after: id) { count = min(count, Int(clamping: next.first - id.first)) }
        var row = EntryRow(count: count, block: found.id, enqueuedAt: found.block.cutAt)
        if slot > 0 || count < found.block.count {
            var slots = MemberSet()
            for member in slot..<slot + count { slots.insert(member) }
            row.slots = slots
        }
        row.isShared = findings.countedOwners[found.id] != nil
        row.dueAt =
            findings.dueFound.keys.first { $0.kind == .row && $0.queue == id.queue && $0.sequence == id.first }?.at
        let key = Keys.entry(id)
        var step = RepairStep(
            what:
                "\(id.place): rewritten from block \(found.id): \(count) messages, acknowledged ones among them come back",
            keepsOld: true)
        step.put("entries", key, row.encoded(under: key))
        return step
    }

    private func load() throws(BrokerError) -> [QueueID: [Candidate]] {
        var found: [QueueID: [Candidate]] = [:]
        for id in findings.storedBlocks.sorted() {
            let named = findings.owners[id]?.rows ?? 0
            guard named < findings.countedOwners[id] ?? 1 else { continue }
            let stored = try source.read { (tables, transaction) throws(LMDBError) in
                try blocks.load(id, tables, transaction)
            }
            guard case .success(let stored) = stored, let block = try? blocks.inflate(stored),
                let queue = block.source.queueID
            else { continue }
            found[queue, default: []].append(Candidate(id: id, block: block))
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
