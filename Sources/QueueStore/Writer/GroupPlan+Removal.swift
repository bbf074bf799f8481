internal import Engine
internal import LMDB
internal import MessageModel

/// Members of a row as its queue's counts have them.
struct RowSums {
    var waiting: UInt64 = 0
    var delayed: UInt64 = 0
    var kept: UInt64 = 0
    var rawBytes: UInt64 = 0
}

extension GroupPlan {
    /// What a row contributes to its queue's counts. Bytes need the block's index; a damaged block counts as none, which `verify` finds.
    func sums(_ row: EntryRow, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> RowSums {
        var sums = RowSums()
        sums.kept = UInt64(row.acknowledged.count)
        let block = row.liveCount > 0 ? try contents(of: row.block, transaction) : nil
        for member in 0..<row.count where !row.acknowledged.contains(member) {
            if row.isDelayed(member) { sums.delayed += 1 } else { sums.waiting += 1 }
            sums.rawBytes += rawByteCount(of: member, row, block)
        }
        return sums
    }

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

    /// Takes a whole row out of its queue: counts, `due`, block.
    func remove(
        _ row: EntryRow, _ id: EntryID, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        let sums = try sums(row, transaction)
        plan.counters.waiting -= min(sums.waiting, plan.counters.waiting)
        plan.counters.delayed -= min(sums.delayed, plan.counters.delayed)
        plan.counters.kept -= min(sums.kept, plan.counters.kept)
        plan.counters.rawBytes -= min(sums.rawBytes, plan.counters.rawBytes)
        try erase(row, id, transaction)
    }

    /// Deletes a row that no count knows any more.
    func erase(_ row: EntryRow, _ id: EntryID, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        forgetDues(Set(dueIDs(of: row, id)))
        try dropOwner(of: row, transaction)
        entries[id] = .some(nil)
    }

    /// Rows of a queue from `first` on, in order, at most `countMax`; a damaged one is passed over. What this group planned is not among them:
    /// callers look it up by ``entry(_:_:)``.
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
