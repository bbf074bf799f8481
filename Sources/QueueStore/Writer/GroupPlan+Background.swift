internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
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
            for stray in try write(items, into: id, of: state, transaction) {
                // A compaction has put it elsewhere between the look at its row and the lease.
                guard let moved = try rowID(holding: stray.sequence, of: state.id, transaction), moved != id else {
                    continue
                }
                _ = try write([stray], into: moved, of: state, transaction)
            }
            flushed += items.map { sequence, lease in
                FlushedLease(
                    queue: state, sequence: sequence, deliveryNumber: lease.deliveryNumber, detail: lease.detail)
            }
        }
        return true
    }

    /// Writes leases into one row; returns those that are not in it. A damaged row keeps nothing of its deliveries: the others must not wait for it.
    private func write(
        _ items: [(sequence: SequenceNumber, lease: Lease)], into id: EntryID, of state: QueueState,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> [(sequence: SequenceNumber, lease: Lease)] {
        guard var row = try readableEntry(id, transaction) else { return items }
        let plan = queue(state)
        var details: [Int: DeliveryDetail?] = [:]
        var strays: [(sequence: SequenceNumber, lease: Lease)] = []
        for item in items {
            if let member = row.member(at: item.sequence, from: id.first) {
                details[member] = .some(item.lease.detail)
            } else {
                strays.append(item)
            }
        }
        guard !details.isEmpty else { return strays }
        if isRewound(row, id, plan.counters) { row = try revive(row, id, plan, transaction) }
        row.setDetails(details)
        entries[id] = .some(row)
        return strays
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

    /// Deletes rows of single answers that expired, as they were written until format 2, from the front of each class, in key order.
    func forgetExpiredKeys(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        guard once.holdsSingles else { return }
        do throws(LMDBError) {
            try transaction.withCursor(tables.once) { (cursor) throws(LMDBError) in try once.findSingles(&cursor) }
        } catch { throw .lmdb(error) }
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
            isIdle && polls.isEmpty && dying.isEmpty && !counters.isQuiet && !isRaisingMark && holdUntil == .zero
            && dirty.count == dirtyCount
        if canRest { isResting = true }
        return (dirty, canRest)
    }
}
