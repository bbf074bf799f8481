internal import LMDB
internal import MessageModel

extension OnceBook {
    /// Plans a step of everything that is under way or due, in a group that brings `newCount` answers.
    ///
    /// Changes nothing that is lost with the group but ``merges``, which ``abandon()`` drops.
    ///
    /// - Parameter mayGrow: false where room is short: then rows are only deleted.
    func step(
        newCount: Int, at now: Timestamp, group: UInt64, mayGrow: Bool, _ table: Table,
        _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> OnceStep {
        if now.millisecondsSince(lookedAt) >= 1_000 {
            (lookedAt, isSettled) = (now, false)
            endRuns(at: now)
        }
        var step = OnceStep()
        // Memory may take as many again while these are written, and half of them is what it takes.
        let countMax = max(2 * newCount, Limits.onceStepCountMin)
        if mayGrow {
            beginMerges(at: now, group: group)
            for merge in merges where !merge.isDone { try go(on: merge, countMax, at: now, table, transaction, &step) }
            try recallFilter(countMax: countMax, table, transaction)
        }
        if !doomed.isEmpty || doomedGroup > 0 {
            // Fewer rows than an eighth of the answers become superfluous meanwhile: a row holds dozens, and levels are few.
            try remove(countMax: max(newCount / 8, Limits.onceStepCountMin), table, transaction, &step)
        }
        return step
    }

    private func go(
        on merge: OnceMerge, _ countMax: Int, at now: Timestamp, _ table: Table,
        _ transaction: borrowing WriteTransaction, _ step: inout OnceStep
    ) throws(LMDBError) {
        do throws(PlanFault) {
            try merge.step(countMax: countMax, at: now, table, transaction, &step.rows)
            if merge.isDone { step.finished.append(merge) }
        } catch {
            if case .lmdb(let cause) = error { throw cause }
            step.given.append(merge)
        }
    }

    // MARK: What is due

    private func beginMerges(at now: Timestamp, group: UInt64) {
        if frozen == nil, fresh.count >= bounds.batchCount || fresh.bytes.count >= bounds.batchByteCount {
            frozen = fresh
            fresh = OnceBatch(like: fresh)
        }
        if let frozen, !merges.contains(where: { $0.inputs.isEmpty }) {
            merges.append(OnceMerge(frozen, at: now, writer(level: 1, group)))
        }
        guard !isSettled else { return }
        isSettled = true
        var free: [UInt32: [OnceRunID]] = [:]
        let busy = Set(merges.flatMap(\.inputs))
        for run in runs where !run.isDamaged && !busy.contains(run.id) {
            free[run.id.bucket, default: []].append(run.id)
        }
        for (bucket, ids) in free.sorted(by: { $0.key < $1.key }) where ids.count > 1 {
            guard let due = due(ids.sorted(), of: bucket, at: now) else { continue }
            merges.append(OnceMerge(due, writer(level: (due.map(\.level).max() ?? 0) &+ 1, group)))
        }
    }

    /// Which runs of a bucket are to become one: as many of one level as ``OnceBounds/fanOut``; or all, once the bucket gets no more answers but late
    /// ones, so that a key is looked for in few places for the rest of its life.
    private func due(_ ids: [OnceRunID], of bucket: UInt32, at now: Timestamp) -> [OnceRunID]? {
        for level in Set(ids.map(\.level)).sorted() {
            let alike = ids.filter { $0.level == level }
            if alike.count >= bounds.fanOut { return Array(alike.prefix(bounds.fanOut)) }
        }
        guard ids.count > 2, let lifetime = OnceBuckets.lifetime(of: bucket),
            bucket < OnceBuckets.bucket(lifetime, at: now.adding(milliseconds: lifetime.milliseconds)),
            !merges.contains(where: { $0.inputs.first?.bucket == bucket })
        else { return nil }
        return Array(ids.prefix(Limits.onceMergeInputCountMax))
    }

    /// Numbers rise from run to run; where the store's counters had to be rebuilt, too.
    private func writer(level: UInt8, _ group: UInt64) -> OnceRunWriter {
        let known = runs.map(\.id) + doomed + merges.flatMap { $0.outputs.map(\.id) }
        return OnceRunWriter(
            level: level, number: max(group, (known.map(\.number).max() ?? 0) &+ 1),
            rowByteCountMax: bounds.rowByteCountMax,
            filterByteCountMax: max(0, bounds.filterByteCountMax - filterByteCount))
    }

    /// Runs of which every answer has expired go.
    private func endRuns(at now: Timestamp) {
        let ended = runs.filter { run in
            guard let lifetime = OnceBuckets.lifetime(of: run.id.bucket) else { return false }
            return run.id.bucket < OnceBuckets.bucket(lifetime, at: now)
        }
        guard !ended.isEmpty else { return }
        discard(ended.map(\.id))
    }

    private func discard(_ ids: [OnceRunID]) {
        let gone = Set(ids)
        if let recalled, gone.contains(recalled.reader.run) { self.recalled = nil }
        runs.removeAll { gone.contains($0.id) }
        for id in ids where !doomed.contains(id) { doomed.append(id) }
    }

    // MARK: Filters after a start

    /// Reads on in the newest run that has no filter.
    private func recallFilter(
        countMax: Int, _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        guard var recalled = recalled ?? nextToRecall() else { return }
        self.recalled = nil
        do throws(PlanFault) {
            for _ in 0..<countMax {
                try recalled.reader.advance(table, transaction)
                guard let entry = recalled.reader.entry else {
                    if let index = runs.firstIndex(where: { $0.id == recalled.reader.run }) {
                        runs[index].filter = recalled.filter
                    }
                    return
                }
                recalled.filter.add(entry.place)
            }
            guard filterByteCount + recalled.filter.byteCount <= bounds.filterByteCountMax else {
                for index in runs.indices where runs[index].id == recalled.reader.run { runs[index].mayRecall = false }
                return
            }
            self.recalled = recalled
        } catch {
            if case .lmdb(let cause) = error { throw cause }
            markDamaged(recalled.reader.run)
        }
    }

    private func nextToRecall() -> (reader: OnceRunReader, filter: OnceFilter)? {
        let bare = runs.filter { $0.filter == nil && !$0.isDamaged && $0.mayRecall }
        guard let newest = bare.max(by: { $0.id.number < $1.id.number }),
            filterByteCount + 2 * OnceFilter.segmentByteCount <= bounds.filterByteCountMax
        else { return nil }
        return (OnceRunReader(newest.id), OnceFilter())
    }

    private func markDamaged(_ id: OnceRunID) {
        for index in runs.indices where runs[index].id == id { runs[index].isDamaged = true }
    }

    // MARK: What is left behind

    private func remove(
        countMax: Int, _ table: Table, _ transaction: borrowing WriteTransaction, _ step: inout OnceStep
    ) throws(LMDBError) {
        var found = OnceStep()
        try transaction.withCursor(table) { (cursor) throws(LMDBError) in
            if doomedGroup > 0 {
                found.hasRemovedGroups = try groupRows(&cursor, countMax: countMax, &found.removed)
            }
            for run in doomed where found.removed.count < countMax {
                var more = try cursor.seek(atOrAfter: Keys.onceRun(run).span)
                while more, found.removed.count < countMax, OnceRunID(cursor.key) == run {
                    found.removed.append(RowKey(copying: cursor.key))
                    more = try cursor.next()
                }
                if !more || OnceRunID(cursor.key) != run { found.emptied.insert(run) }
            }
        }
        (step.removed, step.emptied, step.hasRemovedGroups) = (found.removed, found.emptied, found.hasRemovedGroups)
    }

    /// Collects rows of groups whose answers stand in runs; true where these are all.
    private func groupRows(
        _ cursor: inout Cursor, countMax: Int, _ keys: inout [RowKey]
    ) throws(LMDBError) -> Bool {
        var more = try cursor.seek(atOrAfter: Keys.onceGroup(OnceGroupID(group: 0, part: 0)).span)
        while more {
            guard let id = OnceGroupID(cursor.key), id.group <= doomedGroup else { return true }
            guard keys.count < countMax else { return false }
            if !damagedGroups.contains(id) { keys.append(RowKey(copying: cursor.key)) }
            more = try cursor.next()
        }
        return true
    }

    // MARK: After the commit

    /// The group is on the disk, with these rows of new answers and this step.
    func committed(_ answers: [SealedRow], group: UInt64, _ step: OnceStep?) {
        for row in answers { fresh.add(OnceRows.body(row.value.raw), group: group) }
        guard let step else { return }
        doomed.removeAll { step.emptied.contains($0) }
        if step.hasRemovedGroups { doomedGroup = 0 }
        for merge in step.finished { finish(merge) }
        for merge in step.given {
            if let damaged = merge.damagedInput { markDamaged(damaged) }
            drop(merge)
        }
    }

    private func finish(_ merge: OnceMerge) {
        merges.removeAll { $0 === merge }
        isSettled = false
        discard(merge.inputs)
        runs += merge.outputs
        if merge.inputs.isEmpty, let frozen {
            doomedGroup = frozen.lastGroup
            self.frozen = nil
        }
    }

    private func drop(_ merge: OnceMerge) {
        merges.removeAll { $0 === merge }
        isSettled = false
        doomed += merge.outputs.map(\.id)
    }

    /// The group is not on the disk: what was to be merged stands where it stood, and is merged another time.
    func abandon() {
        for merge in merges { drop(merge) }
    }
}
