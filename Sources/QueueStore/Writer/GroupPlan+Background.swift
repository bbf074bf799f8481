internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Makes visible what is due: up to ``MessageModel/Limits/stepRowCountMax`` rows of `due`. Nothing is loaded ahead; no message has a timer.
    func promoteDue(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        for (id, rowFirst) in try dueRows(transaction) {
            guard let state = directory.state(id.queue) else {
                hasStuckDue = true
                continue
            }
            let entryID = EntryID(queue: id.queue, first: rowFirst)
            let row: EntryRow?
            do throws(PlanFault) { row = try entry(entryID, transaction) } catch {
                if case .lmdb = error { throw error }
                hasStuckDue = true
                continue
            }
            dueRemoved.insert(id)
            guard let row else { continue }
            let plan = queue(state)
            switch id.kind {
            case .row: promoteRow(row, entryID, id, plan)
            case .member: promoteMember(row, entryID, id, plan)
            }
        }
    }

    private func promoteRow(_ current: EntryRow, _ entryID: EntryID, _ due: DueID, _ plan: QueuePlan) {
        guard current.dueAt == due.at else { return }
        var row = current
        row.dueAt = nil
        entries[entryID] = .some(row)
        let live = UInt64(row.liveCount)
        plan.counters.delayed -= min(live, plan.counters.delayed)
        plan.counters.waiting += live
        for member in 0..<row.count where !row.acknowledged.contains(member) {
            plan.returned.append(entryID.first + UInt64(member))
        }
    }

    private func promoteMember(_ current: EntryRow, _ entryID: EntryID, _ due: DueID, _ plan: QueuePlan) {
        guard due.sequence >= entryID.first, due.sequence - entryID.first < UInt64(current.count) else { return }
        let member = Int(due.sequence - entryID.first)
        guard var detail = current.detail(of: member), detail.isDelayed, detail.hiddenUntil == due.at,
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

    private func dueRows(_ transaction: borrowing WriteTransaction) throws(PlanFault) -> [(DueID, SequenceNumber)] {
        do throws(LMDBError) {
            return try transaction.withCursor(tables.due) { (cursor) throws(LMDBError) in
                var rows: [(DueID, SequenceNumber)] = []
                var more = try cursor.first()
                while more, rows.count < Limits.stepRowCountMax {
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

    /// Writes what memory knows of deliveries and the disk does not: up to ``MessageModel/Limits/stepRowCountMax`` rows. A queue without receives for
    /// a second becomes quiet: from then on its rows say exactly who is hidden until when (`store-design.md` §3.2).
    ///
    /// - Returns: true where more is left to write; ``flushResume`` then says where to go on.
    func writeBehind(
        finally isClosing: Bool, after resume: QueueID?, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        var rowsLeft = Limits.stepRowCountMax
        // A busy queue must not starve those behind it: each step goes on where the last one stopped.
        let tracked = directory.tracked
        let start = resume.flatMap { id in tracked.firstIndex { $0.id > id } } ?? 0
        for state in tracked[start...] + tracked[..<start] {
            let (dirty, canRest) = state.withLock { $0.leasesToWrite(at: now, isClosing: isClosing) }
            var isWhole = false
            do throws(PlanFault) { isWhole = try write(dirty, of: state, &rowsLeft, transaction) } catch {
                state.withLock { $0.isResting = false }
                throw error
            }
            if canRest { rest(state, isWhole: isWhole) }
            flushResume = state.id
            guard rowsLeft > 0 else { return true }
        }
        return false
    }

    /// Writes leases into their rows; false where not all were reached.
    private func write(
        _ dirty: [(sequence: SequenceNumber, lease: Lease)], of state: QueueState, _ rowsLeft: inout Int,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        var changes: [SequenceNumber: [(sequence: SequenceNumber, lease: Lease)]] = [:]
        for item in dirty { changes[item.lease.rowFirst, default: []].append(item) }
        for (rowFirst, items) in changes.sorted(by: { $0.key < $1.key }) {
            guard rowsLeft > 0 else { return false }
            rowsLeft -= 1
            let id = EntryID(queue: state.id, first: rowFirst)
            // A damaged row keeps nothing of its deliveries; the others must not wait for it.
            var row: EntryRow?
            do throws(PlanFault) { row = try entry(id, transaction) } catch { if case .lmdb = error { throw error } }
            if var row {
                row.setDetails(Dictionary(items.map { ($0.lease.member, $0.lease.detail) }, uniquingKeysWith: { $1 }))
                entries[id] = .some(row)
            }
            flushed += items.map { sequence, lease in
                FlushedLease(
                    queue: state, sequence: sequence, deliveryNumber: lease.deliveryNumber, detail: lease.detail)
            }
        }
        return true
    }

    /// Makes a queue quiet that was marked as resting when its leases were collected; otherwise takes the mark back.
    private func rest(_ state: QueueState, isWhole: Bool) {
        let plan = queue(state)
        guard isWhole, !plan.counters.isQuiet, !plan.raisesMark else {
            state.withLock { $0.isResting = false }
            return
        }
        plan.counters.isQuiet = true
        plan.counters.leaseHorizonMillis = 0
        plan.becomesQuiet = true
    }

    /// Deletes expired answers from the front of each class, in key order.
    func forgetExpiredKeys(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        for lifetime in IdempotencyKey.Lifetime.allCases {
            let end = OnceBuckets.bucket(lifetime, at: now)
            do throws(LMDBError) {
                onceRemoved += try transaction.withCursor(tables.once) { (cursor) throws(LMDBError) in
                    var keys: [RowKey] = []
                    var from = RowKey()
                    from.append(u32: UInt32(lifetime.rawValue) << 24)
                    var more = try cursor.seek(atOrAfter: from.span)
                    while more, keys.count < Limits.stepRowCountMax {
                        var reader = RowReader(unsealed: cursor.key)
                        guard let bucket = try? reader.u32(), bucket < end else { break }
                        keys.append(RowKey(copying: cursor.key))
                        more = try cursor.next()
                    }
                    return keys
                }
            } catch { throw .lmdb(error) }
        }
    }
}

extension Lease {
    /// What the disk is to know of this lease.
    var detail: DeliveryDetail? {
        let hidden: Timestamp
        switch state {
        case .leased: hidden = deadline
        default: hidden = .zero
        }
        return DeliveryDetail(deliveries: deliveries, firstReceivedAt: firstReceivedAt, hiddenUntil: hidden)
    }
}

extension QueueMemory {
    /// Leases the disk does not know, and whether the queue may become quiet once they are written. Where it may, it is marked as resting in the
    /// same moment: a receive that comes later must ready it again, so no lease can slip in between.
    mutating func leasesToWrite(
        at now: Timestamp, isClosing: Bool
    ) -> (dirty: [(sequence: SequenceNumber, lease: Lease)], canRest: Bool) {
        endHold(at: now)
        var dirty: [(sequence: SequenceNumber, lease: Lease)] = []
        if dirtyCount > 0 {
            for (sequence, lease) in leases where lease.isDirty && lease.state != .settling {
                dirty.append((sequence, lease))
                if dirty.count >= Limits.stepLeaseCountMax { break }
            }
        }
        let isIdle = isClosing || now.millisecondsSince(lastReceiveAt) >= Limits.quietAfterMillis
        let canRest =
            isIdle && polls.isEmpty && !counters.isQuiet && !isRaisingMark && holdUntil == .zero
            && dirty.count == dirtyCount
        if canRest { isResting = true }
        return (dirty, canRest)
    }
}
