internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Whether a settlement can be done: its row is there and the member not yet acknowledged.
    func isLive(_ settlement: PlannedSettlement, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard exists(settlement.queue) else { return false }
        return try livePlace(of: settlement, queue(settlement.queue), transaction) != nil
    }

    /// The row and member of a settlement's message; nil where it cannot be done.
    private func livePlace(
        of settlement: PlannedSettlement, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> (id: EntryID, row: EntryRow, member: Int)? {
        guard let place = try place(of: settlement, plan, transaction) else { return nil }
        let row = place.row.seen(place.id, plan.counters)
        guard !row.acknowledged.contains(place.member), !row.isDelayed(place.member) else { return nil }
        return place
    }

    /// The row and member of a settlement's message, which a compaction may have moved since the lease was looked at; nil where it is gone.
    private func place(
        of settlement: PlannedSettlement, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> (id: EntryID, row: EntryRow, member: Int)? {
        guard settlement.sequence >= plan.counters.floor else { return nil }
        let known = EntryID(queue: settlement.queue.id, first: settlement.rowFirst)
        if let row = try entry(known, transaction),
            row.member(at: settlement.sequence, from: known.first) == settlement.member
        {
            return (known, row, settlement.member)
        }
        guard let id = try rowID(holding: settlement.sequence, of: settlement.queue.id, transaction),
            let row = try entry(id, transaction), let member = row.member(at: settlement.sequence, from: id.first)
        else { return nil }
        return (id, row, member)
    }

    /// The row that may hold a sequence, on the disk: the last one that begins at or before it.
    func rowID(
        holding sequence: SequenceNumber, of queue: QueueID, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> EntryID? {
        let key = Keys.entry(EntryID(queue: queue, first: sequence))
        do throws(LMDBError) {
            return try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                guard try cursor.seek(atOrBefore: key.span), let id = EntryID(cursor.key), id.queue == queue else {
                    return nil
                }
                return id
            }
        } catch { throw .lmdb(error) }
    }

    /// Plans a settlement; false where ``isLive(_:_:)`` is.
    func plan(_ settlement: PlannedSettlement, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard exists(settlement.queue) else { return false }
        let plan = queue(settlement.queue)
        guard let place = try livePlace(of: settlement, plan, transaction) else { return false }
        var row = place.row
        if isRewound(row, place.id, plan.counters) { row = try revive(row, place.id, plan, transaction) }
        if let delay = settlement.releaseDelayMillis {
            release(settlement, place.member, place.id, after: delay, &row, plan)
            entries[place.id] = .some(row)
            trace(settlement, .released)
        } else {
            try acknowledge(settlement, place.member, place.id, row, plan, transaction)
            trace(settlement, .acknowledged)
        }
        return true
    }

    private func acknowledge(
        _ settlement: PlannedSettlement, _ member: Int, _ id: EntryID, _ current: EntryRow, _ plan: QueuePlan,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        var row = current
        row.acknowledged.insert(member)
        plan.counters.waiting -= min(1, plan.counters.waiting)
        plan.counters.kept += 1
        plan.counters.rawBytes -= min(UInt64(settlement.rawByteCount), plan.counters.rawBytes)
        plan.acknowledged.append((settlement.sequence, settlement.deliveryNumber))
        try keepOrErase(row, id, plan, transaction)
    }

    private func release(
        _ settlement: PlannedSettlement, _ member: Int, _ id: EntryID, after delayMillis: UInt64, _ row: inout EntryRow,
        _ plan: QueuePlan
    ) {
        let due = now.adding(milliseconds: delayMillis)
        let detail = DeliveryDetail(
            deliveries: settlement.deliveries, isDelayed: true, firstReceivedAt: settlement.firstReceivedAt,
            hiddenUntil: due)
        row.setDetails([member: detail])
        let dueID = DueID(at: due, kind: .member, queue: settlement.queue.id, sequence: settlement.sequence)
        dueAdded[dueID] = id.first
        plan.counters.waiting -= min(1, plan.counters.waiting)
        plan.counters.delayed += 1
        plan.released.append(settlement.sequence)
    }

    /// A row that ends lets go of its block; the last owner frees it.
    func dropOwner(of row: EntryRow, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        guard row.isShared else {
            freedBlocks.append(row.block)
            return
        }
        guard let left = try ownerCount(row.block, transaction), left > 0 else { return }
        owners[row.block] = left - 1
        if left == 1 { freedBlocks.append(row.block) }
    }
}
