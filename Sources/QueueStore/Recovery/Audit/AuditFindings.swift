internal import Engine
internal import MessageModel

/// What an audit has seen so far: sums per queue, owners per block, problems.
struct AuditFindings {
    var rowCount: UInt64 = 0
    var blockCount: UInt64 = 0
    /// The block read last: neighbouring rows often share it.
    var inflated: (id: UInt64, block: InflatedBlock)?
    /// The first ``MessageModel/Limits/problemCountMax``, in the order they were found.
    private(set) var problems: [StoreProblem] = []
    private(set) var problemCount = 0
    private var repairableCount = 0
    private var conditionalCount = 0
    /// True where a row of `entries` cannot be read: what it named is not known.
    private(set) var lacksEntries = false

    var queues: [QueueID: QueueSums] = [:]
    var counted: [QueueID: QueueCounters] = [:]
    var damagedQueueCounters: Set<QueueID> = []
    var countedTopics: [TopicID: TopicCounters] = [:]
    var storeCounters: StoreCounters?
    /// Rows that name a block, and how many of them say that they share it.
    var owners: [UInt64: (rows: UInt32, marked: UInt32)] = [:]
    var countedOwners: [UInt64: UInt32] = [:]
    var damagedOwners: Set<UInt64> = []
    var dueWanted: [DueID: SequenceNumber] = [:]
    var dueFound: [DueID: SequenceNumber] = [:]
    var sweeps: [QueueID: Set<Timestamp>] = [:]
    /// Walks under way: deleted queues among them have rows and maybe counters still.
    var walks: [QueueID: Set<UInt64>] = [:]
    var storedBlocks: Set<UInt64> = []
    var damagedBlocks: Set<UInt64> = []
    /// Pages of all payload rows.
    var payloadPages: UInt64 = 0
    /// The highest group whose first answers stand in a row of their own.
    var lastOnceGroup: UInt64 = 0
    /// The sequence behind the last one known of each source: from blocks and from answers that are remembered.
    var sourceEnds: [SourceID: SequenceNumber] = [:]
    var catalogueQueues: [QueueID: QueueEntry?] = [:]
    var catalogueTopics: Set<TopicID> = []

    /// What the rows of a queue come to.
    struct QueueSums {
        var waiting: UInt64 = 0
        var delayed: UInt64 = 0
        var kept: UInt64 = 0
        var rawBytes: UInt64 = 0
        /// The first row.
        var first: SequenceNumber?
        var end: SequenceNumber = 0
        var lastTime = Timestamp.zero
        var generation: UInt8 = 0
        /// True where a row stands below the floor.
        var hasPurged = false
        /// The sequence behind the last row without a sequence list.
        private var plainEnd: SequenceNumber = 0
        /// Sequences of rows with a list that lie ahead: other rows may stand between them.
        private var ahead: Set<SequenceNumber> = []

        /// Takes a row's sequences; false where an earlier row has one of them.
        mutating func takes(_ row: EntryRow, from first: SequenceNumber) -> Bool {
            if !ahead.isEmpty { ahead = ahead.filter { $0 >= first } }
            let sequences = (0..<row.count).lazy.map { row.sequence(of: $0, from: first) }
            let isFree = first >= plainEnd && (ahead.isEmpty || !sequences.contains(where: ahead.contains))
            if row.offsets == nil { plainEnd = max(plainEnd, row.end(from: first)) } else { ahead.formUnion(sequences) }
            return isFree
        }
    }

    mutating func problem(_ problem: StoreProblem) {
        problemCount += 1
        if problem.remedy == .rebuild {
            if problem.dependsOnEveryRow { conditionalCount += 1 } else { repairableCount += 1 }
        }
        if case .entry = problem { lacksEntries = true }
        if problems.count < Limits.problemCountMax { problems.append(problem) }
    }

    func report(comparedCounts: Bool) -> VerifyReport {
        VerifyReport(
            rowCount: rowCount, blockCount: blockCount,
            messageCount: queues.values.reduce(0) { $0 + $1.waiting + $1.delayed },
            comparedCounts: comparedCounts,
            problems: problems.prefix(Limits.problemTextCountMax).map(\.description),
            repairable: repairableCount + (lacksEntries ? 0 : conditionalCount))
    }
}

// MARK: Rows as they are met

extension AuditFindings {
    mutating func entry(_ id: EntryID, _ row: EntryRow, _ block: InflatedBlock?) {
        var sums = queues[id.queue] ?? QueueSums()
        if !sums.takes(row, from: id.first) { problem(.overlap(id)) }
        sums.first = sums.first ?? id.first
        sums.end = max(sums.end, row.end(from: id.first))
        sums.lastTime = max(sums.lastTime, row.enqueuedAt)
        sums.generation = max(sums.generation, row.generation)
        let (rows, marked) = owners[row.block] ?? (0, 0)
        owners[row.block] = (rows + 1, marked + (row.isShared ? 1 : 0))
        if let dueAt = row.dueAt {
            dueWanted[DueID(at: dueAt, kind: .row, queue: id.queue, sequence: id.first)] = id.first
        }
        noteDelayedMembers(of: row, id)
        defer { queues[id.queue] = sums }
        guard id.first >= counted[id.queue]?.floor ?? 0 else {
            // Purged: counted no more, its room is on its way.
            sums.hasPurged = true
            return
        }
        sums.kept += UInt64(row.acknowledged.count)
        for member in 0..<row.count where !row.acknowledged.contains(member) {
            if row.isDelayed(member) { sums.delayed += 1 } else { sums.waiting += 1 }
            guard let block else { continue }
            guard let slot = row.slot(of: member), slot < block.count else {
                problem(.slot(id, member: member, block: row.block))
                continue
            }
            sums.rawBytes += UInt64(block.rawByteCount(slot: slot))
        }
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

    mutating func damagedBlock(_ id: UInt64, _ what: String) {
        if damagedBlocks.insert(id).inserted { problem(.block(id, what)) }
    }

    mutating func block(_ block: InflatedBlock) {
        blockCount += 1
        for slot in (block.isMerged ? 0 : block.count - 1)..<block.count {
            let place = block.identity(slot: slot)
            note(place.source, end: place.sequence + 1)
        }
    }

    private mutating func note(_ source: SourceID, end: SequenceNumber) {
        sourceEnds[source] = max(sourceEnds[source] ?? 0, end)
    }

    mutating func payloadPart(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: key)
        guard key.byteCount == 10, let block = try? reader.u64(), let part = try? reader.u16() else {
            return problem(.key(table: "payloads", key.array))
        }
        storedBlocks.insert(block)
        payloadPages += UInt64(PartLayout.pages(of: [value.byteCount])) - (part == 0 ? 0 : 1)
    }

    mutating func owners(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: key)
        guard key.byteCount == 8, let block = try? reader.u64() else {
            return problem(.key(table: "refs", key.array))
        }
        do throws(RowFault) {
            countedOwners[block] = try BlockOwners(value, under: Keys.refs(block: block).span).count
        } catch {
            damagedOwners.insert(block)
            problem(.refs(block, error))
        }
    }

    mutating func due(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: value)
        guard let id = DueID(key) else { return problem(.key(table: "due", key.array)) }
        // A value that is none differs from every wanted one.
        let first = (try? reader.u64()) ?? .max
        switch id.kind {
        case .row, .member: dueFound[id] = first
        case .sweep: sweeps[id.queue, default: []].insert(id.at)
        case .walk: walks[id.queue, default: []].insert(id.sequence)
        }
    }

    mutating func counters(_ keyBytes: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: keyBytes)
        guard keyBytes.byteCount == 5, let kind = try? reader.u8(), let id = try? reader.u32(), kind <= 2 else {
            return problem(.key(table: "counters", keyBytes.array))
        }
        switch kind {
        case 0: storeCounters(value)
        case 1: queueCounters(QueueID(rawValue: id), value)
        default: topicCounters(TopicID(rawValue: id), value)
        }
    }

    private mutating func storeCounters(_ value: RawSpan) {
        do throws(RowFault) { storeCounters = try StoreCounters(value, under: Keys.store.span) } catch {
            problem(.storeCounters(error))
        }
    }

    private mutating func queueCounters(_ id: QueueID, _ value: RawSpan) {
        do throws(RowFault) { counted[id] = try QueueCounters(value, under: Keys.queue(id).span) } catch {
            damagedQueueCounters.insert(id)
            problem(.queueCounters(id, error))
        }
    }

    private mutating func topicCounters(_ id: TopicID, _ value: RawSpan) {
        do throws(RowFault) { countedTopics[id] = try TopicCounters(value, under: Keys.topic(id).span) } catch {
            problem(.topicCounters(id, error))
        }
    }

    mutating func once(_ key: RawSpan, _ value: RawSpan) {
        let copy = RowKey(copying: key)
        do throws(RowFault) {
            if let run = OnceRunID(key) { return try answers(of: run, copy, value) }
            if let group = OnceGroupID(key) { return try answers(of: group, copy, value) }
            let row = try OnceRow(value, under: copy.span)
            var reader = RowReader(unsealed: key)
            guard key.byteCount == 24, (try? reader.u32()) != nil, let scope = try? reader.u32() else {
                return problem(.key(table: "once", key.array))
            }
            note(SourceID(rawValue: scope), end: row.sequence + 1)
        } catch { problem(.row(table: "once", key.array, error)) }
    }

    /// Answers of a run are of its bucket and rise from row to row, the first of a row being the one that the row's key names.
    private mutating func answers(of run: OnceRunID, _ key: RowKey, _ value: RawSpan) throws(RowFault) {
        var last: OncePlace?
        var isInOrder = true
        var ends: [(SourceID, SequenceNumber)] = []
        try OnceRows.each(value, under: key.span) { entry, _ in
            if let known = last {
                if entry.place < known { isInOrder = false }
            } else if Keys.onceRun(run, from: entry.place).span.array != key.span.array {
                isInOrder = false
            }
            if entry.bucket != run.bucket { isInOrder = false }
            last = entry.place
            ends.append((entry.place.source, entry.sequence + 1))
        }
        guard isInOrder else { throw .field("order of first answers") }
        for (source, end) in ends { note(source, end: end) }
    }

    private mutating func answers(of group: OnceGroupID, _ key: RowKey, _ value: RawSpan) throws(RowFault) {
        lastOnceGroup = max(lastOnceGroup, group.group)
        var ends: [(SourceID, SequenceNumber)] = []
        try OnceRows.each(value, under: key.span) { entry, _ in ends.append((entry.place.source, entry.sequence + 1)) }
        for (source, end) in ends { note(source, end: end) }
    }

    mutating func sealed(_ table: String, _ key: RawSpan, _ value: RawSpan) {
        let copy = RowKey(copying: key)
        do throws(RowFault) { _ = try RowReader(value, under: copy.span) } catch {
            problem(.row(table: table, key.array, error))
        }
    }

    mutating func catalogue(_ key: RawSpan, _ value: RawSpan) {
        var reader = RowReader(unsealed: key)
        guard let kind = try? reader.u8(), let id = try? reader.u32() else {
            return problem(.key(table: "catalogue", key.array))
        }
        let copy = RowKey(copying: key)
        switch (kind, key.byteCount) {
        case (CatalogueKind.queue, 5): queue(QueueID(rawValue: id), value, copy)
        case (CatalogueKind.topic, 5):
            let topic = TopicID(rawValue: id)
            catalogueTopics.insert(topic)
            do throws(RowFault) { _ = try TopicRow.decode(value, id: topic, under: copy.span) } catch {
                problem(.topicRow(topic, error))
            }
        case (CatalogueKind.subscription, 9):
            let queue = QueueID(rawValue: (try? reader.u32()) ?? 0)
            do throws(RowFault) { _ = try SubscriptionRow.decode(value, queue: queue, under: copy.span) } catch {
                problem(.subscriptionRow(TopicID(rawValue: id), queue, error))
            }
        case (CatalogueKind.dictionary, 5):
            do throws(RowFault) { _ = try DictionaryRow(value, under: copy.span) } catch {
                problem(.dictionary(UInt16(clamping: id), error))
            }
        default: sealed("catalogue", key, value)
        }
    }

    private mutating func queue(_ id: QueueID, _ value: RawSpan, _ key: RowKey) {
        catalogueQueues[id] = .some(nil)
        do throws(RowFault) { catalogueQueues[id] = try QueueRow.decode(value, id: id, under: key.span) } catch {
            problem(.queueRow(id, error))
        }
    }
}

extension RawSpan {
    /// A copy.
    var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
