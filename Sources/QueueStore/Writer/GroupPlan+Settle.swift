internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Whether a settlement can be done: its row is there and the member not yet acknowledged.
    func isLive(_ settlement: PlannedSettlement, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        let id = EntryID(queue: settlement.queue.id, first: settlement.rowFirst)
        guard let row = try entry(id, transaction) else { return false }
        guard settlement.member < row.count, !row.acknowledged.contains(settlement.member), row.dueAt == nil,
            row.detail(of: settlement.member)?.isDelayed != true
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
        if let delay = settlement.releaseDelayMillis {
            release(settlement, after: delay, &row, plan)
            entries[id] = .some(row)
        } else {
            try acknowledge(settlement, id, row, plan, transaction)
        }
        return true
    }

    private func acknowledge(
        _ settlement: PlannedSettlement, _ id: EntryID, _ current: EntryRow, _ plan: QueuePlan,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        var row = current
        row.acknowledged.insert(settlement.member)
        if row.liveCount == 0 {
            try dropOwner(of: row, transaction)
            entries[id] = .some(nil)
        } else {
            entries[id] = .some(row)
        }
        plan.counters.waiting -= min(1, plan.counters.waiting)
        plan.counters.rawBytes -= min(UInt64(settlement.rawByteCount), plan.counters.rawBytes)
        plan.acknowledged.append((settlement.sequence, settlement.deliveryNumber))
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
