internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Whether a settlement can be done: its row is there and the member not yet acknowledged.
    func isLive(_ settlement: PlannedSettlement, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        let id = EntryID(queue: settlement.queue.id, first: settlement.rowFirst)
        let counters = queue(settlement.queue).counters
        guard settlement.sequence >= counters.floor, let stored = try entry(id, transaction) else { return false }
        let row = stored.seen(id, counters)
        guard settlement.member < row.count, !row.acknowledged.contains(settlement.member),
            !row.isDelayed(settlement.member)
        else { return false }
        // All that may be damaged is read before the first change.
        if row.isShared { _ = try ownerCount(row.block, transaction) }
        return true
    }

    /// Plans a settlement; false where ``isLive(_:_:)`` is.
    func plan(_ settlement: PlannedSettlement, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        let id = EntryID(queue: settlement.queue.id, first: settlement.rowFirst)
        guard try isLive(settlement, transaction), var row = try entry(id, transaction) else { return false }
        let plan = queue(settlement.queue)
        if isRewound(row, id, plan.counters) { row = try revive(row, id, plan, transaction) }
        if let delay = settlement.releaseDelayMillis {
            release(settlement, after: delay, &row, plan)
            entries[id] = .some(row)
            trace(settlement, .released)
        } else {
            try acknowledge(settlement, id, row, plan, transaction)
            trace(settlement, .acknowledged)
        }
        return true
    }

    private func acknowledge(
        _ settlement: PlannedSettlement, _ id: EntryID, _ current: EntryRow, _ plan: QueuePlan,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        var row = current
        row.acknowledged.insert(settlement.member)
        plan.counters.waiting -= min(1, plan.counters.waiting)
        plan.counters.kept += 1
        plan.counters.rawBytes -= min(UInt64(settlement.rawByteCount), plan.counters.rawBytes)
        plan.acknowledged.append((settlement.sequence, settlement.deliveryNumber))
        try settle(row, id, plan, transaction)
    }

    private func release(
        _ settlement: PlannedSettlement, after delayMillis: UInt64, _ row: inout EntryRow, _ plan: QueuePlan
    ) {
        let due = now.adding(milliseconds: delayMillis)
        let detail = DeliveryDetail(
            deliveries: settlement.deliveries, isDelayed: true, firstReceivedAt: settlement.firstReceivedAt,
            hiddenUntil: due)
        row.setDetails([settlement.member: detail])
        let dueID = DueID(at: due, kind: .member, queue: settlement.queue.id, sequence: settlement.sequence)
        dueAdded[dueID] = settlement.rowFirst
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
        let left = try ownerCount(row.block, transaction)
        // A shared block without its count is left standing: an orphan can be repaired, a lost block cannot.
        guard left > 0 else { return }
        owners[row.block] = left - 1
        if left == 1 { freedBlocks.append(row.block) }
    }
}
