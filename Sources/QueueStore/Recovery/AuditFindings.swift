internal import Engine
internal import MessageModel

/// What an audit has seen so far: sums per queue, owners per block, problems.
struct AuditFindings {
    var rowCount: UInt64 = 0
    var blockCount: UInt64 = 0
    /// The block read last: neighbouring rows often share it.
    var inflated: (id: UInt64, block: InflatedBlock)?
    private var queues: [QueueID: QueueSums] = [:]
    private var counted: [QueueID: QueueCounters] = [:]
    private var owners: [UInt64: UInt32] = [:]
    private var sharedBlocks: Set<UInt64> = []
    private var countedOwners: [UInt64: UInt32] = [:]
    private var dueWanted: [DueID: SequenceNumber] = [:]
    private var dueFound: [DueID: SequenceNumber] = [:]
    private var sweeps: [QueueID: Set<Timestamp>] = [:]
    /// Queues with a walk under way: deleted ones among them have rows and maybe counters still.
    private var walked: Set<QueueID> = []
    private var storedBlocks: Set<UInt64> = []
    private var problems: [String] = []

    private struct QueueSums {
        var waiting: UInt64 = 0
        var delayed: UInt64 = 0
        var kept: UInt64 = 0
        var rawBytes: UInt64 = 0
        var end: SequenceNumber = 0
        var lastTime = Timestamp.zero
    }

    mutating func problem(_ text: String) {
        if problems.count < 100 { problems.append(text) }
    }

    mutating func entry(_ id: EntryID, _ row: EntryRow, _ block: InflatedBlock?) {
        let place = "entries, queue \(id.queue.rawValue), sequence \(id.first)"
        var sums = queues[id.queue] ?? QueueSums()
        if id.first < sums.end { problem("\(place): overlaps the row before it") }
        sums.end = row.end(from: id.first)
        owners[row.block, default: 0] += 1
        if row.isShared { sharedBlocks.insert(row.block) }
        if let dueAt = row.dueAt {
            dueWanted[DueID(at: dueAt, kind: .row, queue: id.queue, sequence: id.first)] = id.first
        }
        noteDelayedMembers(of: row, id)
        guard id.first >= counted[id.queue]?.floor ?? 0 else {
            // Purged: counted no more, its room is on its way.
            queues[id.queue] = sums
            return
        }
        sums.kept += UInt64(row.acknowledged.count)
        for member in 0..<row.count where !row.acknowledged.contains(member) {
            if row.isDelayed(member) { sums.delayed += 1 } else { sums.waiting += 1 }
            guard let block else { continue }
            guard let slot = row.slot(of: member), slot < block.count else {
                problem("\(place): member \(member) has no slot in block \(row.block)")
                continue
            }
            sums.rawBytes += UInt64(block.rawByteCount(slot: slot))
        }
        queues[id.queue] = sums
    }

    private mutating func noteDelayedMembers(of row: EntryRow, _ id: EntryID) {
        for run in row.details where run.detail.isDelayed {
            for member in run.member..<run.member + run.count where !row.acknowledged.contains(member) {
                let sequence = row.sequence(of: member, from: id.first)
                dueWanted[DueID(at: run.detail.hiddenUntil, kind: .member, queue: id.queue, sequence: sequence)] =
                    id.first
            }
        }
    }

    mutating func payloadPart(_ key: RawSpan) {
        var reader = RowReader(unsealed: key)
        guard key.byteCount == 10, let block = try? reader.u64(), (try? reader.u16()) != nil else {
            return problem("payloads: a key of \(key.byteCount) bytes")
        }
        storedBlocks.insert(block)
    }

    mutating func owners(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: key)
        guard key.byteCount == 8, let block = try? reader.u64() else {
            return problem("refs: a key of \(key.byteCount) bytes")
        }
        do throws(RowFault) {
            countedOwners[block] = try BlockOwners(value, under: Keys.refs(block: block).span).count
        } catch { problem("refs, block \(block): \(error.text)") }
    }

    mutating func due(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: value)
        guard let id = DueID(key), let first = try? reader.u64() else { return problem("due: a row that is not one") }
        switch id.kind {
        case .row, .member: dueFound[id] = first
        case .sweep: sweeps[id.queue, default: []].insert(id.at)
        case .walk: walked.insert(id.queue)
        }
    }

    mutating func counters(_ keyBytes: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: keyBytes)
        guard let kind = try? reader.u8(), let id = try? reader.u32() else {
            return problem("counters: a key of \(keyBytes.byteCount) bytes")
        }
        do throws(RowFault) {
            switch kind {
            case 0: _ = try StoreCounters(value, under: Keys.store.span)
            case 1:
                let queue = QueueID(rawValue: id)
                counted[queue] = try QueueCounters(value, under: Keys.queue(queue).span)
            case 2: _ = try TopicCounters(value, under: Keys.topic(TopicID(rawValue: id)).span)
            default: problem("counters: unknown kind \(kind)")
            }
        } catch { problem("counters, kind \(kind), id \(id): \(error.text)") }
    }

    mutating func sealed(_ table: String, _ key: RawSpan, _ value: RawSpan) {
        let copy = RowKey(copying: key)
        do throws(RowFault) { _ = try RowReader(value, under: copy.span) } catch { problem("\(table): \(error.text)") }
    }

    /// Compares the tables; only where nothing was written during the walk.
    mutating func compare() {
        for (queue, sums) in queues { compare(queue, sums, counted[queue]) }
        for (queue, counters) in counted where queues[queue] == nil { compare(queue, QueueSums(), counters) }
        for (block, count) in owners.sorted(by: { $0.key < $1.key }) {
            if sharedBlocks.contains(block) {
                if countedOwners[block] != count {
                    problem("refs, block \(block): \(countedOwners[block] ?? 0) owners counted, \(count) found")
                }
            } else if count != 1 {
                problem("block \(block): \(count) rows share it without saying so")
            }
        }
        for block in countedOwners.keys where owners[block] == nil { problem("refs, block \(block): no row owns it") }
        for block in storedBlocks.sorted() where owners[block] == nil {
            problem("payloads: block \(block) has no owner")
        }
        for (id, first) in dueWanted where dueFound[id] != first {
            problem("due: nothing wakes queue \(id.queue.rawValue), sequence \(id.sequence)")
        }
        for id in dueFound.keys where dueWanted[id] == nil {
            problem("due: a row for queue \(id.queue.rawValue), sequence \(id.sequence) that nothing waits for")
        }
    }

    private mutating func compare(_ queue: QueueID, _ sums: QueueSums, _ counters: QueueCounters?) {
        guard let counters else {
            if !walked.contains(queue) { problem("queue \(queue.rawValue) has rows but no counters") }
            return
        }
        let place = "counters, queue \(queue.rawValue)"
        if counters.waiting != sums.waiting {
            problem("\(place): \(counters.waiting) waiting counted, \(sums.waiting) found")
        }
        if counters.delayed != sums.delayed {
            problem("\(place): \(counters.delayed) delayed counted, \(sums.delayed) found")
        }
        if counters.kept != sums.kept {
            problem("\(place): \(counters.kept) acknowledged counted, \(sums.kept) found")
        }
        if counters.sweepAt != .zero, sweeps[queue]?.contains(counters.sweepAt) != true {
            problem("\(place): nothing sweeps it at \(counters.sweepAt.milliseconds)")
        }
        if counters.rawBytes != sums.rawBytes {
            problem("\(place): \(counters.rawBytes) raw bytes counted, \(sums.rawBytes) found")
        }
        if sums.end > counters.nextSequence {
            problem("\(place): rows up to \(sums.end), next sequence \(counters.nextSequence)")
        }
        if counters.handedMark > counters.nextSequence {
            problem("\(place): the handed mark is above the next sequence")
        }
    }

    func report(comparedCounts: Bool) -> VerifyReport {
        VerifyReport(
            rowCount: rowCount, blockCount: blockCount,
            messageCount: queues.values.reduce(0) { $0 + $1.waiting + $1.delayed },
            comparedCounts: comparedCounts, problems: problems)
    }
}
