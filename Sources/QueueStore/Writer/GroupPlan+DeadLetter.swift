internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Moves members of a row to a dead-letter queue, in this transaction: the bytes stay where they are, the queue's counts and the other queue's
    /// change together, each message keeps its identity and is told where it comes from. The row stays with what is left of it, if anything is.
    func moveToDeadLetters(
        _ members: [Int], of current: EntryRow, _ id: EntryID, _ plan: QueuePlan, to target: QueueState,
        _ reason: DeadLetterOrigin.Reason, deliveries: (Int) -> Int, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        let block = try contents(of: current.block, transaction)
        let ownersBefore = current.isShared ? try ownerCount(current.block, transaction) : 1
        var runCount: UInt32 = 0
        for run in Self.runs(of: members, current, id, deliveries) {
            addDeadLetters(run, current, id, target, reason, block)
            runCount += 1
        }
        var row = end(members, of: current, id, plan, block)
        row.isShared = true
        if let ownersBefore { owners[row.block] = ownersBefore + runCount }
        try keepOrErase(row, id, plan, transaction)
    }

    /// Neighbours with the same number of deliveries: they share a row, so its origin tells each one's sequence.
    private static func runs(
        of members: [Int], _ row: EntryRow, _ id: EntryID, _ deliveries: (Int) -> Int
    ) -> [(members: [Int], deliveries: Int)] {
        var runs: [(members: [Int], deliveries: Int)] = []
        for member in members {
            if let last = runs.last, let before = last.members.last, last.deliveries == deliveries(member),
                row.sequence(of: member, from: id.first) == row.sequence(of: before, from: id.first) + 1
            {
                runs[runs.count - 1].members.append(member)
            } else {
                runs.append(([member], deliveries(member)))
            }
        }
        return runs
    }

    private func addDeadLetters(
        _ run: (members: [Int], deliveries: Int), _ source: EntryRow, _ sourceID: EntryID, _ target: QueueState,
        _ reason: DeadLetterOrigin.Reason, _ block: (any BlockContents)?
    ) {
        let plan = queue(target)
        let id = EntryID(queue: target.id, first: plan.counters.nextSequence)
        var row = EntryRow(count: run.members.count, block: source.block, enqueuedAt: now)
        var slots = MemberSet()
        for member in run.members { if let slot = source.slot(of: member) { slots.insert(slot) } }
        row.slots = slots
        row.isShared = true
        row.origin = DeadLetterOrigin(
            queue: sourceID.queue, sequence: source.sequence(of: run.members[0], from: sourceID.first),
            enqueuedAt: source.enqueuedAt, deliveryCount: run.deliveries, reason: reason)
        entries[id] = .some(row)
        let count = UInt64(run.members.count)
        plan.counters.nextSequence += count
        plan.counters.waiting += count
        plan.counters.rawBytes += run.members.reduce(0) { $0 + rawByteCount(of: $1, source, block) }
        plan.counters.lastEnqueuedAt = now
        plan.arrivalCount += run.members.count
        plan.hasSparseRow = true
        armSweep(plan)
        traceDeadLetters(run.members, source, sourceID, run.deliveries, block)
    }

    /// Moves what came back too often, up to ``MessageModel/Limits/stepRowCountMax`` messages of each queue.
    func moveExhausted(_ transaction: borrowing WriteTransaction) throws(PlanFault) {
        for state in directory.takeDying() {
            let dying = state.withLock { $0.dyingLeases(Limits.stepRowCountMax) }
            guard !dying.isEmpty else { continue }
            // More than one step may be left, and this group may fail: the next one looks again.
            directory.noteDying(state.id)
            // Nowhere to move them to, because that queue's counters are damaged: they stay out of sight until they are repaired.
            guard let policy = catalogue.attributes(state.id)?.deadLetter, let target = directory.state(policy.queue)
            else {
                continue
            }
            let plan = queue(state)
            var byRow: [SequenceNumber: [(sequence: SequenceNumber, lease: Lease)]] = [:]
            for item in dying { byRow[item.lease.rowFirst, default: []].append(item) }
            for (rowFirst, items) in byRow.sorted(by: { $0.key < $1.key }) {
                try moveExhausted(items, EntryID(queue: state.id, first: rowFirst), plan, target, transaction)
            }
        }
    }

    private func moveExhausted(
        _ items: [(sequence: SequenceNumber, lease: Lease)], _ id: EntryID, _ plan: QueuePlan, _ target: QueueState,
        _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) {
        var row = try readableEntry(id, transaction)
        if let found = row, isRewound(found, id, plan.counters) { row = try revive(found, id, plan, transaction) }
        var deliveries: [Int: Int] = [:]
        for item in items {
            guard let row, let member = row.member(at: item.sequence, from: id.first) else {
                // A compaction has put it elsewhere between the look at its row and the lease, or it cannot be read any more.
                if let moved = try rowID(holding: item.sequence, of: id.queue, transaction), moved != id {
                    try moveExhausted([item], moved, plan, target, transaction)
                } else {
                    plan.deadLettered.append(item.sequence)
                }
                continue
            }
            if row.acknowledged.contains(member) || row.isDelayed(member) {
                plan.deadLettered.append(item.sequence)
            } else {
                deliveries[member] = item.lease.deliveries
            }
        }
        guard let row, !deliveries.isEmpty else { return }
        try moveToDeadLetters(
            deliveries.keys.sorted(), of: row, id, plan, to: target, .deliveryCount,
            deliveries: { deliveries[$0] ?? 0 }, transaction)
    }
}

extension QueueAttributes {
    /// Milliseconds an acknowledged message is kept.
    var keptMillis: UInt64 { min(rewindMillis, retentionMillis ?? .max) }

    /// Milliseconds after which an unacknowledged message leaves; nil: never.
    var lifeMillis: UInt64? {
        switch (retentionMillis, deadLetter?.ageMillisMax) {
        case (let retention?, let age?): min(retention, age)
        case (let retention, let age): retention ?? age
        }
    }

    /// Whether a row's acknowledged members may still be wanted by a rewind.
    func keeps(_ row: EntryRow, at now: Timestamp) -> Bool {
        rewindMillis > 0 && row.enqueuedAt.adding(milliseconds: keptMillis) > now
    }

    /// Whether the time of a message enqueued at `moment` is over.
    func isOver(_ moment: Timestamp, at now: Timestamp) -> Bool {
        lifeMillis.map { moment.adding(milliseconds: $0) <= now } ?? false
    }
}
