internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// One step of a walk through a queue that exists: at most ``MessageModel/Limits/stepRowCountMax`` rows. Its `due` row stays until the last step.
    func walk(_ due: DueID, _ state: QueueState, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        let plan = queue(state)
        let isDone =
            switch Walk(rawValue: due.sequence) {
            case .freeing: try freeBelowFloor(plan, transaction)
            case .rewinding: try rewind(plan, transaction)
            case .forgetting: try forgetAll(plan, transaction)
            case nil: true
            }
        if isDone { dueRemoved.insert(due) }
    }

    // MARK: Purging and deleting

    /// Has the rows below a queue's floor deleted in steps, or all rows of a queue that is deleted with this group.
    func beginWalk(_ walk: Walk = .freeing, of queue: QueueID) { dueAdded[.walk(walk, of: queue, since: now)] = 0 }

    /// Ends every message of a queue at once; their room is freed in steps.
    ///
    /// - Returns: how many there were.
    func purge(_ state: QueueState) throws(BrokerError) -> UInt64 {
        guard exists(state) else { throw .queueNotFound(state.name.text) }
        let plan = queue(state)
        let count = plan.counters.waiting + plan.counters.delayed
        guard plan.counters.floor < plan.counters.nextSequence else { return 0 }
        plan.counters.floor = plan.counters.nextSequence
        (plan.counters.waiting, plan.counters.delayed, plan.counters.kept, plan.counters.rawBytes) = (0, 0, 0, 0)
        plan.counters.walkKind = 0
        plan.isPurged = true
        beginWalk(of: state.id)
        return count
    }

    private func freeBelowFloor(
        _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> Bool {
        let ids = try rows(of: plan.state.id, from: 0, countMax: Limits.stepRowCountMax, transaction)
        for id in ids {
            guard id.first < plan.counters.floor else { return true }
            try eraseWhole(id, transaction)
        }
        return ids.count < Limits.stepRowCountMax
    }

    /// One step of the end of a deleted queue; the last one removes its counters.
    func freeDeletedQueue(_ due: DueID, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        let ids = try rows(of: due.queue, from: 0, countMax: Limits.stepRowCountMax, transaction)
        for id in ids { try eraseWhole(id, transaction) }
        guard ids.count < Limits.stepRowCountMax else { return }
        dueRemoved.insert(due)
        countersRemoved.append(Keys.queue(due.queue))
    }

    /// Deletes a row whatever it holds; a damaged one cannot say which block it owned, which `verify` finds.
    private func eraseWhole(_ id: EntryID, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        if let row = try readableEntry(id, transaction) {
            try erase(row, id, transaction)
        } else {
            entries[id] = .some(nil)
        }
    }

    // MARK: Rewinding

    /// Makes what was acknowledged since `moment` live again: at once as far as a receive can see, row by row on the disk.
    func rewind(
        _ state: QueueState, to moment: Timestamp, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> BrokerError? {
        guard exists(state) else { return .queueNotFound(state.name.text) }
        let plan = queue(state)
        let kept = plan.attributes.keptMillis
        guard kept > 0 else { return .rewindOff(queue: state.name.text) }
        let earliest = Timestamp(milliseconds: now.milliseconds - min(kept, now.milliseconds))
        guard earliest <= moment, moment <= now else {
            return .outOfRange(
                "rewind to \(moment.milliseconds): \(earliest.milliseconds) to \(now.milliseconds) are allowed")
        }
        guard plan.counters.walkKind == 0 else {
            return .overloaded("queue \"\(state.name)\" is still being rewound")
        }
        guard let first = try firstRow(of: plan, notBefore: moment, transaction) else { return nil }
        plan.counters.rewindGeneration &+= 1
        plan.counters.walkKind = UInt8(Walk.rewinding.rawValue)
        plan.counters.walkPosition = first
        plan.counters.walkEnd = plan.counters.nextSequence
        plan.isRewound = true
        // What comes back may be beyond its time: it must not stay uncounted until the sweep comes by for another reason.
        if plan.attributes.lifeMillis != nil { setSweep(plan, at: now) }
        beginWalk(.rewinding, of: state.id)
        return nil
    }

    /// The first row that the queue took at `moment` or later, by bisection over sequences: times rise with them. At most 42 reads.
    private func firstRow(
        of plan: QueuePlan, notBefore moment: Timestamp, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> SequenceNumber? {
        var (low, high) = (plan.counters.floor, plan.counters.nextSequence)
        var found: SequenceNumber?
        while low < high {
            let middle = low + (high - low) / 2
            guard let id = try rows(of: plan.state.id, from: middle, countMax: 1, transaction).first else {
                high = middle
                continue
            }
            if let row = try readableEntry(id, transaction), row.enqueuedAt < moment {
                low = max(id.first, middle) + 1
            } else {
                found = id.first
                high = middle
            }
        }
        return found
    }

    private func rewind(_ plan: QueuePlan, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard plan.counters.walkKind == UInt8(Walk.rewinding.rawValue) else { return true }
        let start = plan.counters.walkPosition
        let ids = try rows(of: plan.state.id, from: start, countMax: Limits.stepRowCountMax, transaction)
        for id in ids where id.first < plan.counters.walkEnd {
            if let row = try readableEntry(id, transaction), isRewound(row, id, plan.counters) {
                _ = try revive(row, id, plan, transaction)
            }
            plan.counters.walkPosition = id.first + 1
        }
        // Rows that arrived since stand behind the end, however many.
        let isDone = ids.count < Limits.stepRowCountMax || (ids.last?.first ?? 0) >= plan.counters.walkEnd
        if isDone { plan.counters.walkKind = 0 }
        return isDone
    }

    /// Whether a rewind that has not reached this row yet makes its acknowledged members live.
    func isRewound(_ row: EntryRow, _ id: EntryID, _ counters: QueueCounters) -> Bool {
        counters.isRewinding(id.first) && row.generation != counters.rewindGeneration
    }

    /// Makes a row's acknowledged members live again, as if they had never been delivered.
    func revive(
        _ current: EntryRow, _ id: EntryID, _ plan: QueuePlan, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> EntryRow {
        let row = current.revived(generation: plan.counters.rewindGeneration)
        let count = UInt64(current.acknowledged.count)
        if count > 0 {
            let block = try contents(of: row.block, transaction)
            plan.counters.kept -= min(count, plan.counters.kept)
            plan.counters.waiting += count
            for member in 0..<row.count where current.acknowledged.contains(member) {
                plan.counters.rawBytes += rawByteCount(of: member, row, block)
            }
        }
        entries[id] = .some(row)
        return row
    }

    // MARK: Rewind switched off

    /// Deletes rows that are wholly acknowledged, from the front on.
    private func forgetAll(_ plan: QueuePlan, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard plan.attributes.keptMillis == 0 else { return true }
        // What a purge left below the floor is in no count any more.
        let start = max(plan.state.withLock { $0.forgettingPosition }, plan.counters.floor)
        let ids = try rows(of: plan.state.id, from: start, countMax: Limits.stepRowCountMax, transaction)
        for id in ids {
            if let row = try readableEntry(id, transaction), row.liveCount == 0, !isRewound(row, id, plan.counters) {
                try keepOrErase(row, id, plan, transaction)
            }
            plan.forgettingPosition = id.first + 1
        }
        return ids.count < Limits.stepRowCountMax
    }
}

extension QueueCounters {
    /// Whether a rewind is under way that still has to reach the row whose first sequence is `first`.
    func isRewinding(_ first: SequenceNumber) -> Bool {
        walkKind == UInt8(Walk.rewinding.rawValue) && walkPosition <= first && first < walkEnd
    }
}

extension EntryRow {
    /// The row with all members live; those that were acknowledged count as never delivered.
    func revived(generation: UInt8) -> EntryRow {
        var row = self
        row.generation = generation
        guard !acknowledged.isEmpty else { return row }
        row.acknowledged = MemberSet()
        let members = (0..<count).filter { acknowledged.contains($0) }
        row.setDetails(Dictionary(members.map { ($0, nil) }, uniquingKeysWith: { $1 }))
        return row
    }

    /// The row as a receive sees it while a rewind is under way.
    func seen(_ id: EntryID, _ counters: QueueCounters) -> EntryRow {
        guard counters.walkKind != 0, counters.isRewinding(id.first), generation != counters.rewindGeneration else {
            return self
        }
        return revived(generation: counters.rewindGeneration)
    }
}
