internal import Engine
internal import LMDB
internal import MessageModel

extension RepairPlanner {
    /// Counts as the rows have them, numbers above all that were given out.
    func correctedCounters(of id: QueueID) throws(BrokerError) -> [RepairStep] {
        guard var counters = findings.counted[id] else { return [] }
        let sums = findings.queues[id] ?? AuditFindings.QueueSums()
        (counters.waiting, counters.delayed) = (sums.waiting, sums.delayed)
        (counters.kept, counters.rawBytes) = (sums.kept, sums.rawBytes)
        if sums.end > counters.nextSequence { counters.nextSequence = sums.end + Limits.repairSequenceMargin }
        counters.handedMark = min(counters.handedMark, counters.nextSequence)
        let key = Keys.queue(id)
        var step = RepairStep(
            what:
                "counters, queue \(id.rawValue): corrected: \(sums.waiting) waiting, \(sums.delayed) delayed, \(sums.kept) acknowledged, \(sums.rawBytes) raw bytes, next sequence \(counters.nextSequence)"
        )
        step.put("counters", key, counters.encoded(under: key))
        return [step]
    }

    /// A queue's counters from its rows. Nobody knows what was given out: everything counts as handed out and waits one visibility time.
    func queueCounters(_ id: QueueID, _ problem: StoreProblem) -> RepairStep {
        let sums = findings.queues[id] ?? AuditFindings.QueueSums()
        let attributes = (findings.catalogueQueues[id] ?? nil)?.attributes ?? QueueAttributes()
        var counters = QueueCounters()
        counters.nextSequence =
            max(sums.end, findings.sourceEnds[.queue(id)] ?? 0, 1) + Limits.repairSequenceMargin
        counters.floor = sums.first ?? counters.nextSequence
        (counters.waiting, counters.delayed) = (sums.waiting, sums.delayed)
        (counters.kept, counters.rawBytes) = (sums.kept, sums.rawBytes)
        counters.handedMark = counters.nextSequence
        counters.leaseHorizonMillis = UInt32(clamping: attributes.visibilityMillis)
        counters.isQuiet = false
        counters.rewindGeneration = sums.generation
        counters.lastEnqueuedAt = sums.lastTime
        // A sweep that finds nothing to do ends by itself; without one, retention would never be looked at again.
        counters.sweepAt = now
        let key = Keys.queue(id)
        var step = RepairStep(
            what:
                "\(problem): rebuilt from its rows: \(sums.waiting) waiting, \(sums.delayed) delayed, next sequence \(counters.nextSequence); all of them wait \(attributes.visibilityMillis) ms after the start, a purge or rewind under way is forgotten",
            keepsOld: true)
        step.put("counters", key, counters.encoded(under: key))
        var value = RowKey()
        value.append(u64: 0)
        step.put("due", Keys.due(DueID(at: now, kind: .sweep, queue: id, sequence: 0)), value.span.array)
        return step
    }

    /// A topic's counters from the blocks and keys that know its sequences; what was published in all is only known up to there.
    func topicCounters(_ id: TopicID, _ problem: StoreProblem) -> RepairStep {
        let end = max(findings.sourceEnds[.topic(id)] ?? 1, 1)
        var counters = TopicCounters()
        counters.published = end - 1
        counters.nextSequence = end + Limits.repairSequenceMargin
        let key = Keys.topic(id)
        var step = RepairStep(
            what: "\(problem): rebuilt, next sequence \(counters.nextSequence); what was published before is not known",
            keepsOld: true)
        step.put("counters", key, counters.encoded(under: key))
        return step
    }

    func topicSequence(_ id: TopicID, _ end: SequenceNumber, _ problem: StoreProblem) -> [RepairStep] {
        guard var counters = findings.countedTopics[id] else { return [] }
        counters.nextSequence = end + Limits.repairSequenceMargin
        let key = Keys.topic(id)
        var step = RepairStep(what: "\(problem): next sequence \(counters.nextSequence)")
        step.put("counters", key, counters.encoded(under: key))
        return [step]
    }

    func nextBlock(_ end: UInt64, _ problem: StoreProblem) -> [RepairStep] {
        guard var counters = findings.storeCounters else { return [] }
        counters.nextBlock = end + Limits.repairBlockMargin
        var step = RepairStep(what: "\(problem): next block \(counters.nextBlock)")
        step.put("counters", Keys.store, counters.encoded(under: Keys.store))
        return [step]
    }

    /// The store's own row: block ids and clock from what is there, an epoch that was never before, so that old receipts are void.
    func storeCounters(_ problem: StoreProblem) throws(BrokerError) -> RepairStep {
        let commit = try source.read { (_, transaction) throws(LMDBError) in transaction.number }
        var counters = StoreCounters()
        // LMDB counts commits too, from the last compacted copy on.
        counters.groupNumber = max(commit + Limits.repairSequenceMargin, findings.lastOnceGroup)
        counters.nextBlock = max(findings.blockEnd, 1) + Limits.repairBlockMargin
        counters.clock = findings.queues.values.reduce(Timestamp.zero) { max($0, $1.lastTime) }
        counters.payloadPages = findings.payloadPages
        counters.epoch = UInt32(truncatingIfNeeded: now.milliseconds / 1_000) | 0x4000_0000
        var step = RepairStep(
            what:
                "\(problem): rebuilt, next block \(counters.nextBlock), clock \(counters.clock.milliseconds), epoch \(counters.epoch): receipts given before are void",
            keepsOld: true)
        step.put("counters", Keys.store, counters.encoded(under: Keys.store))
        return step
    }
}
