internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Does what is due: up to ``MessageModel/Limits/stepRowCountMax`` rows of `due`. Nothing is loaded ahead; no message has a timer.
    ///
    /// What cannot be done because of damage stays at the head of the table for good: it is passed over, up to
    /// ``MessageModel/Limits/stuckDueCountMax`` rows of it, and does not count.
    func promoteDue(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        var (doneCount, lookedCount) = (0, 0)
        var damaged: Set<QueueID> = []
        var last: DueID?
        while doneCount < Limits.stepRowCountMax, lookedCount < Limits.stuckDueCountMax {
            let rows = try dueRows(after: last, countMax: Limits.stepRowCountMax - doneCount, transaction)
            guard let end = rows.last else { return }
            for (id, rowFirst) in rows where !damaged.contains(id.queue) {
                if try act(on: id, rowFirst, transaction) {
                    doneCount += 1
                } else {
                    hasStuckDue = true
                    if directory.state(id.queue) == nil { damaged.insert(id.queue) }
                }
            }
            lookedCount += rows.count
            last = end.0
        }
    }

    /// Does one thing that is due; false where damage forbids it.
    private func act(
        on id: DueID, _ rowFirst: SequenceNumber, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        guard let state = directory.state(id.queue) else { return try withoutQueue(id, transaction) }
        switch id.kind {
        case .row, .member: return try promote(id, rowFirst, state, transaction)
        case .sweep: try sweep(id, state, transaction)
        case .walk: try walk(id, state, transaction)
        }
        return true
    }

    /// A queue that is no more leaves its walk behind, and rows that the walk has not reached yet; one whose counters are damaged waits for repair.
    private func withoutQueue(_ id: DueID, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard catalogue.queue(id.queue) == nil else { return false }
        if id.kind == .walk { try freeDeletedQueue(id, transaction) } else { dueRemoved.insert(id) }
        return true
    }

    private func promote(
        _ id: DueID, _ rowFirst: SequenceNumber, _ state: QueueState, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        let entryID = EntryID(queue: id.queue, first: rowFirst)
        let row: EntryRow?
        do throws(PlanFault) { row = try entry(entryID, transaction) } catch {
            if case .lmdb = error { throw error }
            return false
        }
        dueRemoved.insert(id)
        let plan = queue(state)
        guard let row, row.end(from: rowFirst) > plan.counters.floor else { return true }
        if id.kind == .row { promoteRow(row, entryID, id, plan) } else { promoteMember(row, entryID, id, plan) }
        return true
    }

    /// A row becomes visible, or waits on where its queue is full: a topic's messages are taken beyond the limit, but not shown beyond it.
    private func promoteRow(_ current: EntryRow, _ entryID: EntryID, _ due: DueID, _ plan: QueuePlan) {
        guard current.dueAt == due.at else { return }
        var row = current
        if plan.isFull {
            let next = now.adding(milliseconds: Limits.overflowRetryMillis)
            row.dueAt = next
            dueAdded[DueID(at: next, kind: .row, queue: due.queue, sequence: due.sequence)] = entryID.first
            entries[entryID] = .some(row)
            return
        }
        row.dueAt = nil
        entries[entryID] = .some(row)
        let live = UInt64(row.liveCount)
        plan.counters.delayed -= min(live, plan.counters.delayed)
        plan.counters.waiting += live
        for member in 0..<row.count where !row.acknowledged.contains(member) {
            plan.returned.append(row.sequence(of: member, from: entryID.first))
        }
    }

    private func promoteMember(_ current: EntryRow, _ entryID: EntryID, _ due: DueID, _ plan: QueuePlan) {
        guard let member = current.member(at: due.sequence, from: entryID.first),
            var detail = current.detail(of: member), detail.isDelayed, detail.hiddenUntil == due.at,
            !current.acknowledged.contains(member)
        else { return }
        detail.isDelayed = false
        detail.hiddenUntil = .zero
        var row = current
        row.setDetails([member: detail])
        entries[entryID] = .some(row)
        plan.counters.delayed -= min(1, plan.counters.delayed)
        plan.counters.waiting += 1
        plan.returned.append(due.sequence)
    }

    private func dueRows(
        after last: DueID?, countMax: Int, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> [(DueID, SequenceNumber)] {
        do throws(LMDBError) {
            return try transaction.withCursor(tables.due) { (cursor) throws(LMDBError) in
                var rows: [(DueID, SequenceNumber)] = []
                var more: Bool
                if let last {
                    let key = Keys.due(last)
                    more = try cursor.seek(atOrAfter: key.span)
                    if more, cursor.isAt(key.span) { more = try cursor.next() }
                } else {
                    more = try cursor.first()
                }
                while more, rows.count < countMax {
                    // A key that is none, or a row that names nothing, is passed over: it must not hold up all others.
                    if let id = DueID(cursor.key) {
                        guard id.at <= now else { break }
                        var reader = RowReader(unsealed: cursor.value)
                        rows.append((id, (try? reader.u64()) ?? id.sequence))
                    }
                    more = try cursor.next()
                }
                return rows
            }
        } catch { throw .lmdb(error) }
    }

    /// Takes rows out of `due`, also those that this very group put there.
    func forgetDues(_ ids: Set<DueID>) {
        for id in ids {
            dueRemoved.insert(id)
            dueAdded[id] = nil
        }
    }

    /// The `due` rows that wake a row or its members.
    func dueIDs(of row: EntryRow, _ id: EntryID) -> [DueID] {
        var ids: [DueID] = []
        if let dueAt = row.dueAt { ids.append(DueID(at: dueAt, kind: .row, queue: id.queue, sequence: id.first)) }
        for run in row.details where run.detail.isDelayed {
            for member in run.member..<run.member + run.count where !row.acknowledged.contains(member) {
                ids.append(
                    DueID(
                        at: run.detail.hiddenUntil, kind: .member, queue: id.queue,
                        sequence: row.sequence(of: member, from: id.first)))
            }
        }
        return ids
    }
}
