internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// One step of a queue's sweep: messages whose time is over go to the dead-letter queue or away, acknowledged ones that no rewind may ask for go
    /// away. Rows stand in the order of time, so a step begins where the last one stopped and ends at the first row that is young enough.
    func sweep(_ due: DueID, _ state: QueueState, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        dueRemoved.insert(due)
        let plan = queue(state)
        // A row of `due` that the counters do not name is left over from other settings.
        guard plan.counters.sweepAt == due.at else { return }
        plan.counters.sweepAt = .zero
        var budget = Limits.stepRowCountMax
        var next: Timestamp?
        if plan.attributes.lifeMillis != nil {
            next = try expire(plan, &budget, transaction)
        }
        if plan.attributes.keptMillis > 0 {
            let forgotten = try forget(plan, &budget, transaction)
            next = [next, forgotten].compactMap { $0 }.min()
        }
        if let next { setSweep(plan, at: max(next, now.adding(milliseconds: budget > 0 ? Limits.sweepMillis : 0))) }
    }

    /// Ends messages whose time is over; returns when to go on.
    ///
    /// Whoever holds a message may finish it: its row is passed over, and the next round begins with the first such row. A round of more rows than
    /// one step takes goes on where the step before it stopped, so that nothing waits behind what is held.
    private func expire(
        _ plan: QueuePlan, _ budget: inout Int, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Timestamp? {
        guard let life = plan.attributes.lifeMillis else { return nil }
        var (start, held) = plan.state.withLock { memory in
            memory.expiredUntil = max(memory.expiredUntil, now)
            return (max(memory.expiryPosition, memory.counters.floor), memory.expiryHeld)
        }
        var next: Timestamp?
        for id in try rows(of: plan.state.id, from: start, countMax: budget + 1, transaction) {
            // A damaged row takes its share of the step, so that the step never ends before it knows whether more follow.
            guard budget > 0 else {
                plan.expiry = (id.first, held)
                return now
            }
            budget -= 1
            // Not behind the queue's end: dead letters of this very group stand there, and nobody has looked at them.
            start = id.first + 1
            guard let row = try readableEntry(id, transaction) else { continue }
            let end = row.enqueuedAt.adding(milliseconds: life)
            guard end <= now else {
                (start, next) = (id.first, end)
                break
            }
            if try !expire(row, id, plan, transaction), held == nil { held = id.first }
        }
        plan.expiry = (held ?? start, nil)
        guard held == nil else { return now.adding(milliseconds: Limits.sweepMillis) }
        return next ?? (plan.arrivalCount > 0 ? now.adding(milliseconds: life) : nil)
    }

    /// False where a member is leased and the row stays.
    private func expire(
        _ current: EntryRow, _ id: EntryID, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        var row = current
        if isRewound(row, id, plan.counters) { row = try revive(row, id, plan, transaction) }
        let live = (0..<row.count).filter { !row.acknowledged.contains($0) }
        guard !live.isEmpty else { return true }
        let known = row
        let (leased, counts) = plan.state.withLock { memory -> (Set<Int>, [Int: Int]) in
            var leased: Set<Int> = []
            var counts: [Int: Int] = [:]
            for member in live {
                let sequence = known.sequence(of: member, from: id.first)
                if memory.isHeld(sequence, known, member, at: now) { leased.insert(member) }
                counts[member] = memory.leases[sequence]?.deliveries
            }
            return (leased, counts)
        }
        let ended = live.filter { !leased.contains($0) }
        guard !ended.isEmpty else { return false }
        if let policy = plan.attributes.deadLetter, let target = directory.state(policy.queue) {
            let isRetention =
                plan.attributes.retentionMillis.map { row.enqueuedAt.adding(milliseconds: $0) <= now } ?? false
            try moveToDeadLetters(
                ended, of: row, id, plan, to: target, isRetention ? .retention : .age,
                deliveries: { max(counts[$0] ?? 0, known.detail(of: $0)?.deliveries ?? 0) }, transaction)
        } else {
            try drop(ended, of: row, id, plan, transaction)
        }
        return leased.isEmpty
    }

    /// Ends members for good.
    private func drop(
        _ members: [Int], of current: EntryRow, _ id: EntryID, _ plan: QueuePlan,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        let block = try contents(of: current.block, transaction)
        traceExpired(members, current, id, block)
        try keepOrErase(end(members, of: current, id, plan, block), id, plan, transaction)
    }

    /// Deletes rows that are wholly acknowledged and too old for a rewind; returns when the next one is.
    private func forget(
        _ plan: QueuePlan, _ budget: inout Int, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Timestamp? {
        let start = plan.state.withLock { max($0.forgettingPosition, $0.counters.floor) }
        for id in try rows(of: plan.state.id, from: start, countMax: budget + 1, transaction) {
            guard budget > 0 else {
                plan.forgettingPosition = id.first
                return now
            }
            budget -= 1
            plan.forgettingPosition = id.first + 1
            guard let row = try readableEntry(id, transaction) else { continue }
            let end = row.enqueuedAt.adding(milliseconds: plan.attributes.keptMillis)
            guard end <= now else {
                plan.forgettingPosition = id.first
                return end
            }
            // A row that still has live members goes with the last of them.
            if row.liveCount == 0, !isRewound(row, id, plan.counters) { try keepOrErase(row, id, plan, transaction) }
        }
        return plan.arrivalCount > 0 ? now.adding(milliseconds: plan.attributes.keptMillis) : nil
    }

    /// Has the queue swept when the row that was just added will be old enough, where nothing is due earlier.
    func armSweep(_ plan: QueuePlan) {
        guard plan.counters.sweepAt == .zero else { return }
        let kept = plan.attributes.keptMillis
        guard let soonest = [plan.attributes.lifeMillis, kept > 0 ? kept : nil].compactMap({ $0 }).min() else { return }
        setSweep(plan, at: now.adding(milliseconds: soonest))
    }

    /// Has the queue swept at `moment` instead of at any other.
    func setSweep(_ plan: QueuePlan, at moment: Timestamp) {
        if plan.counters.sweepAt != .zero { removeSweep(plan) }
        plan.counters.sweepAt = moment
        let id = DueID(at: moment, kind: .sweep, queue: plan.state.id, sequence: 0)
        dueRemoved.remove(id)
        dueAdded[id] = 0
    }

    private func removeSweep(_ plan: QueuePlan) {
        let id = DueID(at: plan.counters.sweepAt, kind: .sweep, queue: plan.state.id, sequence: 0)
        dueAdded[id] = nil
        dueRemoved.insert(id)
    }
}

extension QueueMemory {
    /// Whether somebody may still finish a message: a lease of this start, or one from before it that only the row knows, or nobody knows after a
    /// crash. A lease whose time is over holds nothing, even where nobody has looked at it since.
    func isHeld(_ sequence: SequenceNumber, _ row: EntryRow, _ member: Int, at now: Timestamp) -> Bool {
        if let lease = leases[sequence] {
            switch lease.state {
            case .idle: return false
            case .settling, .dying: return true
            case .leased: return lease.deadline > now
            }
        }
        guard !row.isDelayed(member) else { return false }
        if sequence < holdBelow, holdUntil > now { return true }
        return row.detail(of: member).map { $0.hiddenUntil > now } ?? false
    }
}
