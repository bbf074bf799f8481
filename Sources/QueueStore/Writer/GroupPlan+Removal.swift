internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Raw bytes of one member.
    func rawByteCount(of member: Int, _ row: EntryRow, _ block: (any BlockContents)?) -> UInt64 {
        guard let block, let slot = row.slot(of: member), slot < block.count else { return 0 }
        return UInt64(block.rawByteCount(slot: slot))
    }

    /// Sizes and identities of a block's messages; nil where it is damaged.
    func contents(of block: UInt64, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> (any BlockContents)?
    {
        if let cached = cache.block(block) { return cached }
        if let last = lastIndex, last.id == block { return last.index }
        let stored: Result<StoredBlock, RowFault>?
        do throws(LMDBError) { stored = try blockReader.load(block, tables, transaction) } catch { throw .lmdb(error) }
        guard case .success(let found) = stored, let index = try? blockReader.index(found) else { return nil }
        lastIndex = (block, index)
        return index
    }

    /// Ends members that nobody acknowledged, in the queue's counts and in `due`; returns the row without them. Their leases end with the commit.
    func end(
        _ members: [Int], of current: EntryRow, _ id: EntryID, _ plan: QueuePlan, _ block: (any BlockContents)?
    ) -> EntryRow {
        var row = current
        let dues = Set(dueIDs(of: current, id))
        for member in members {
            if row.isDelayed(member) {
                plan.counters.delayed -= min(1, plan.counters.delayed)
            } else {
                plan.counters.waiting -= min(1, plan.counters.waiting)
            }
            plan.counters.kept += 1
            plan.counters.rawBytes -= min(rawByteCount(of: member, row, block), plan.counters.rawBytes)
            plan.deadLettered.append(row.sequence(of: member, from: id.first))
        }
        for member in members { row.acknowledged.insert(member) }
        row.setDetails(Dictionary(members.map { ($0, nil) }, uniquingKeysWith: { $1 }))
        if row.liveCount == 0 { row.dueAt = nil }
        forgetDues(dues.subtracting(dueIDs(of: row, id)))
        return row
    }

    /// Puts a changed row in place; one that is wholly acknowledged and not kept for a rewind goes.
    func keepOrErase(
        _ row: EntryRow, _ id: EntryID, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        guard row.liveCount == 0, !plan.attributes.keeps(row, at: now) else {
            entries[id] = .some(row)
            if row.isSparse { plan.hasSparseRow = true }
            return
        }
        plan.counters.kept -= min(UInt64(row.acknowledged.count), plan.counters.kept)
        try erase(row, id, transaction)
    }

    /// Deletes a row that no count knows any more.
    func erase(_ row: EntryRow, _ id: EntryID, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        forgetDues(Set(dueIDs(of: row, id)))
        try dropOwner(of: row, transaction)
        entries[id] = .some(nil)
    }

    /// Keys of a queue's rows on the disk from `first` on, in order, at most `countMax`. Rows that this group adds are not among them; what became of
    /// the others in this group, and whether they can be read, ``readableEntry(_:_:)`` says.
    func rows(
        of queue: QueueID, from first: SequenceNumber, countMax: Int, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> [EntryID] {
        let start = Keys.entry(EntryID(queue: queue, first: first))
        do throws(LMDBError) {
            return try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                var ids: [EntryID] = []
                var more = try cursor.seek(atOrAfter: start.span)
                while more, ids.count < countMax {
                    guard let id = EntryID(cursor.key), id.queue == queue else { break }
                    ids.append(id)
                    more = try cursor.next()
                }
                return ids
            }
        } catch { throw .lmdb(error) }
    }

    /// A row as ``entry(_:_:)`` has it, or nil where it is damaged.
    func readableEntry(_ id: EntryID, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> EntryRow? {
        do throws(PlanFault) { return try entry(id, transaction) } catch {
            if case .lmdb = error { throw error }
            return nil
        }
    }
}

extension EntryRow {
    /// Whether a member waits for its time.
    func isDelayed(_ member: Int) -> Bool { dueAt != nil || detail(of: member)?.isDelayed == true }
}
