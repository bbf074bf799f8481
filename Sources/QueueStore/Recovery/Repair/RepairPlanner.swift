internal import Engine
internal import LMDB
internal import MessageModel

/// Says what ends a problem, from what an audit of the same standing store found. Reads only.
struct RepairPlanner {
    let source: StoreSource
    let findings: AuditFindings
    let now: Timestamp
    let blocks = BlockReader()

    /// The steps that end `problems`, which are of one stage.
    func steps(for problems: [StoreProblem]) throws(BrokerError) -> [RepairStep] {
        let owners = try rows(naming: problems)
        var queues: Set<QueueID> = []
        var rows: Set<EntryID> = []
        var rescue = EntryRescue(source: source, findings: findings, blocks: blocks)
        var steps: [RepairStep] = []
        for problem in problems {
            switch problem {
            case .figure(let id, _, _, _), .nextSequence(let id, _, _), .handedMark(let id):
                // All that is wrong with a queue's row is put right at once.
                if queues.insert(id).inserted { steps += try correctedCounters(of: id) }
            case .slot(let id, _, _):
                if rows.insert(id).inserted { steps += try withoutSlots(id, problems) }
            case .entry(let id, let fault): steps.append(try rescue.step(id) ?? dropped(id, fault))
            case .block(let block, let what):
                steps += try droppedBlock(block, what, owners[block] ?? [])
            case .unmarkedShare(let block, _, _): steps += try marked(block, owners[block] ?? [])
            default: steps += try single(problem)
            }
        }
        return steps
    }

    private func single(_ problem: StoreProblem) throws(BrokerError) -> [RepairStep] {
        switch problem {
        case .key(let table, let key), .row(let table, let key, _): [deleted(problem, table, key, keepsOld: true)]
        case .refs(let block, _):
            [deleted(problem, "refs", Keys.refs(block: block).span.array, keepsOld: false)]
        case .dictionary(let id, _): [deleted(problem, "catalogue", DictionaryRow.key(id).span.array, keepsOld: true)]
        case .queueRow(let id, _): [recoveredQueue(id, problem)]
        case .topicRow(let id, _): [recoveredTopic(id, problem)]
        case .subscriptionRow(let topic, let queue, _): [recoveredSubscription(topic, queue, problem)]
        case .storeCounters: [try storeCounters(problem)]
        case .queueCounters(let id, _): [queueCounters(id, problem)]
        case .topicCounters(let id, _): [topicCounters(id, problem)]
        case .topicSequence(let id, _, let end): topicSequence(id, end, problem)
        case .nextBlock(_, let end): nextBlock(end, problem)
        case .owners(let block, _, let found): [owners(block, found, problem)]
        case .orphan(let block): [try freed(block, "\(problem): freed", keepsOld: false)]
        case .dueMissing(let id, let first): [due(id, first, problem)]
        case .dueExtra(let id): [deleted(problem, "due", Keys.due(id).span.array, keepsOld: false)]
        case .sweepMissing(let id, let at):
            [due(DueID(at: at, kind: .sweep, queue: id, sequence: 0), 0, problem)]
        case .walkMissing(let id, let walk): [due(.walk(walk, of: id, since: now), 0, problem)]
        default: []
        }
    }

    private func deleted(_ problem: StoreProblem, _ table: String, _ key: [UInt8], keepsOld: Bool) -> RepairStep {
        var step = RepairStep(what: "\(problem): row deleted", keepsOld: keepsOld)
        step.delete(table, key)
        return step
    }

    private func due(_ id: DueID, _ first: SequenceNumber, _ problem: StoreProblem) -> RepairStep {
        var step = RepairStep(what: "\(problem): row written")
        var value = RowKey()
        value.append(u64: first)
        step.put("due", Keys.due(id), value.span.array)
        return step
    }

    private func owners(_ block: UInt64, _ found: UInt32, _ problem: StoreProblem) -> RepairStep {
        var step = RepairStep(what: "\(problem): count corrected")
        let key = Keys.refs(block: block)
        if found > 0 {
            step.put("refs", key, BlockOwners(count: found).encoded(under: key))
        } else {
            step.delete("refs", key.span.array)
        }
        return step
    }

    // MARK: Index rows and blocks

    /// Which rows name the blocks that problems are about: one pass over the index, only where there are such.
    private func rows(naming problems: [StoreProblem]) throws(BrokerError) -> [UInt64: [EntryID]] {
        var wanted: Set<UInt64> = []
        for problem in problems {
            switch problem {
            case .block(let block, _), .unmarkedShare(let block, _, _): wanted.insert(block)
            default: break
            }
        }
        guard !wanted.isEmpty else { return [:] }
        return try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                var found: [UInt64: [EntryID]] = [:]
                var more = try cursor.first()
                while more {
                    if let id = EntryID(cursor.key), let row = try? EntryRow(cursor.value, under: Keys.entry(id).span),
                        wanted.contains(row.block)
                    {
                        found[row.block, default: []].append(id)
                    }
                    more = try cursor.next()
                }
                return found
            }
        }
    }

    /// A row as it stands; nil where it is not there or damaged.
    func row(_ id: EntryID) throws(BrokerError) -> EntryRow? {
        let key = Keys.entry(id)
        return try source.read { (tables, transaction) throws(LMDBError) in
            guard let value = try transaction.value(tables.entries, forKey: key.span) else { return nil }
            return try? EntryRow(value, under: key.span)
        }
    }

    private func dropped(_ id: EntryID, _ fault: RowFault) -> RepairStep {
        var step = RepairStep(
            what: "\(StoreProblem.entry(id, fault)): row given up, which messages it named is not known", keepsOld: true
        )
        step.delete("entries", Keys.entry(id).span.array)
        return step
    }

    private func droppedBlock(_ block: UInt64, _ what: String, _ ids: [EntryID]) throws(BrokerError) -> [RepairStep] {
        var steps: [RepairStep] = []
        for id in ids {
            let count = try row(id)?.liveCount ?? 0
            var step = RepairStep(
                what: "\(id.place): \(count) messages given up with block \(block): \(what)", keepsOld: true)
            step.delete("entries", Keys.entry(id).span.array)
            steps.append(step)
        }
        steps.append(try freed(block, "payloads, block \(block): given up: \(what)", keepsOld: true))
        return steps
    }

    /// Deletes all parts of a block, whatever they hold.
    private func freed(_ block: UInt64, _ what: String, keepsOld: Bool) throws(BrokerError) -> RepairStep {
        var step = RepairStep(what: what, keepsOld: keepsOld)
        let first = Keys.payload(block: block, part: 0)
        let keys = try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.payloads) { (cursor) throws(LMDBError) in
                var keys: [[UInt8]] = []
                var more = try cursor.seek(atOrAfter: first.span)
                while more, cursor.key.byteCount == 10 {
                    let key = cursor.key.array
                    guard key[..<8] == first.span.array[..<8] else { break }
                    keys.append(key)
                    more = try cursor.next()
                }
                return keys
            }
        }
        for key in keys { step.delete("payloads", key) }
        return step
    }

    /// Marks all rows of a block as sharing it, and counts them.
    private func marked(_ block: UInt64, _ ids: [EntryID]) throws(BrokerError) -> [RepairStep] {
        var step = RepairStep(what: "block \(block): \(ids.count) rows marked as sharing it")
        for id in ids {
            guard var row = try row(id) else { continue }
            row.isShared = true
            let key = Keys.entry(id)
            step.put("entries", key, row.encoded(under: key))
        }
        let key = Keys.refs(block: block)
        step.put("refs", key, BlockOwners(count: UInt32(ids.count)).encoded(under: key))
        return [step]
    }

    /// Gives members up that no slot of their block stands for.
    private func withoutSlots(_ id: EntryID, _ problems: [StoreProblem]) throws(BrokerError) -> [RepairStep] {
        guard var row = try row(id) else { return [] }
        var count = 0
        for case .slot(id, let member, _) in problems {
            row.acknowledged.insert(member)
            row.setDetails([member: nil])
            count += 1
        }
        let key = Keys.entry(id)
        var step = RepairStep(what: "\(id.place): \(count) members without a message given up", keepsOld: true)
        if row.liveCount > 0 {
            step.put("entries", key, row.encoded(under: key))
        } else {
            step.delete("entries", key.span.array)
        }
        return [step]
    }
}
