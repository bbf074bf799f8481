internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Makes visible what is due: up to ``MessageModel/Limits/stepRowCountMax`` rows of `due`. Nothing is loaded ahead; no message has a timer.
    func promoteDue(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        for (id, rowFirst) in try dueRows(transaction) {
            dueRemoved.insert(id)
            guard let state = directory.state(id.queue) else { continue }
            let entryID = EntryID(queue: id.queue, first: rowFirst)
            guard let row = try? entry(entryID, transaction) else { continue }
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
        let member = Int(due.sequence - entryID.first)
        guard var detail = current.detail(of: member), detail.isDelayed, detail.hiddenUntil == due.at else { return }
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
                    guard let id = DueID(cursor.key), id.at <= now else { break }
                    var reader = RowReader(unsealed: cursor.value)
                    if let first = try? reader.u64() { rows.append((id, first)) }
                    more = try cursor.next()
                }
                return rows
            }
        } catch { throw .lmdb(error) }
    }

    /// Writes what memory knows of deliveries and the disk does not: up to ``MessageModel/Limits/stepRowCountMax`` rows. A queue without receives for
    /// a second becomes quiet: from then on its rows say exactly who is hidden until when (`store-design.md` §3.2).
    ///
    /// - Returns: true where more is left to write.
    func writeBehind(finally isClosing: Bool, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        var rowsLeft = Limits.stepRowCountMax
        for state in directory.tracked {
            let (dirty, canRest) = state.withLock { $0.leasesToWrite(at: now, isClosing: isClosing) }
            var changes: [SequenceNumber: [Int: DeliveryDetail?]] = [:]
            for item in dirty { changes[item.lease.rowFirst, default: [:]][item.lease.member] = item.lease.detail }
            for (rowFirst, details) in changes.sorted(by: { $0.key < $1.key }) {
                guard rowsLeft > 0 else { return true }
                rowsLeft -= 1
                let id = EntryID(queue: state.id, first: rowFirst)
                guard var row = try entry(id, transaction) else { continue }
                row.setDetails(details)
                entries[id] = .some(row)
            }
            flushed += dirty.map { sequence, lease in
                FlushedLease(
                    queue: state, sequence: sequence, deliveryNumber: lease.deliveryNumber, detail: lease.detail)
            }
            if canRest { rest(state) }
        }
        return false
    }

    private func rest(_ state: QueueState) {
        let plan = queue(state)
        guard !plan.counters.isQuiet else { return }
        let mayRest = state.withLock { memory in
            guard memory.polls.isEmpty, memory.isRaisingMark == false else { return false }
            memory.isResting = true
            return true
        }
        guard mayRest else { return }
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
    /// Leases the disk does not know, and whether the queue may become quiet once they are written.
    mutating func leasesToWrite(
        at now: Timestamp, isClosing: Bool
    ) -> (dirty: [(sequence: SequenceNumber, lease: Lease)], canRest: Bool) {
        var dirty: [(sequence: SequenceNumber, lease: Lease)] = []
        if dirtyCount > 0 {
            for (sequence, lease) in leases where lease.isDirty {
                if case .settling = lease.state { continue }
                dirty.append((sequence, lease))
                if dirty.count >= Limits.stepRowCountMax { break }
            }
        }
        let isIdle = isClosing || now.millisecondsSince(lastReceiveAt) >= Limits.quietAfterMillis
        let canRest = isIdle && polls.isEmpty && !counters.isQuiet && holdUntil == .zero && dirty.count == dirtyCount
        return (dirty, canRest)
    }
}
