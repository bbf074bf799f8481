internal import Engine
internal import MessageModel

extension AuditFindings {
    /// Compares the tables; only where nothing was written during the walk.
    mutating func compare() {
        for queue in Set(queues.keys).union(counted.keys).sorted() { compare(queue) }
        compareSources()
        compareOwners()
        compareDue()
    }

    /// Whether a queue is deleted and its rows are on their way: its counts, and what wakes its messages, mean nothing any more.
    private func isBeingFreed(_ queue: QueueID) -> Bool {
        catalogueQueues[queue] == nil && walks[queue]?.contains(Walk.freeing.rawValue) == true
    }

    private mutating func compare(_ queue: QueueID) {
        guard !isBeingFreed(queue) else { return }
        let sums = queues[queue] ?? QueueSums()
        if catalogueQueues[queue] == nil, sums.first != nil, walks[queue] == nil { problem(.queueRow(queue, nil)) }
        guard let counters = counted[queue] else {
            if !damagedQueueCounters.contains(queue), walks[queue] == nil { problem(.queueCounters(queue, nil)) }
            return
        }
        for (figure, counted, found) in [
            (StoreProblem.QueueFigure.waiting, counters.waiting, sums.waiting),
            (.delayed, counters.delayed, sums.delayed), (.kept, counters.kept, sums.kept),
            (.rawBytes, counters.rawBytes, sums.rawBytes),
        ] where counted != found {
            problem(.figure(queue, figure, counted: counted, found: found))
        }
        if sums.end > counters.nextSequence {
            problem(.nextSequence(queue, counted: counters.nextSequence, end: sums.end))
        }
        if counters.handedMark > counters.nextSequence { problem(.handedMark(queue)) }
        if counters.sweepAt != .zero, sweeps[queue]?.contains(counters.sweepAt) != true {
            problem(.sweepMissing(queue, counters.sweepAt))
        }
        let under = walks[queue] ?? []
        if sums.hasPurged, !under.contains(Walk.freeing.rawValue) { problem(.walkMissing(queue, .freeing)) }
        if counters.walkKind != 0, let walk = Walk(rawValue: UInt64(counters.walkKind)), !under.contains(walk.rawValue)
        {
            problem(.walkMissing(queue, walk))
        }
    }

    /// Numbers that were given out must lie below the next one.
    private mutating func compareSources() {
        for (id, counters) in countedTopics.sorted(by: { $0.key < $1.key }) {
            guard let end = sourceEnds[.topic(id)], end > counters.nextSequence else { continue }
            problem(.topicSequence(id, counted: counters.nextSequence, end: end))
        }
        guard let storeCounters else {
            if !problems.contains(where: { if case .storeCounters = $0 { true } else { false } }) {
                problem(.storeCounters(nil))
            }
            return
        }
        if blockEnd > storeCounters.nextBlock {
            problem(.nextBlock(counted: storeCounters.nextBlock, end: blockEnd))
        }
    }

    /// The id behind the last block that is there or named.
    var blockEnd: UInt64 {
        let last = [storedBlocks.max(), owners.keys.max(), countedOwners.keys.max()].compactMap { $0 }.max()
        return last.map { $0 &+ 1 } ?? 0
    }

    private mutating func compareOwners() {
        for (block, found) in owners.sorted(by: { $0.key < $1.key }) where !damagedOwners.contains(block) {
            if found.rows != found.marked, found.rows > 1 || found.marked > 0 {
                problem(.unmarkedShare(block, rows: found.rows, marked: found.marked))
            } else if found.marked > 0, countedOwners[block] != found.rows {
                problem(.owners(block, counted: countedOwners[block], found: found.rows))
            }
        }
        for block in countedOwners.keys.sorted() where owners[block] == nil {
            problem(.owners(block, counted: countedOwners[block], found: 0))
        }
        for block in storedBlocks.sorted() where owners[block] == nil { problem(.orphan(block)) }
    }

    private mutating func compareDue() {
        for (id, first) in dueWanted.sorted(by: { $0.key < $1.key })
        where dueFound[id] != first && !isBeingFreed(id.queue) {
            problem(.dueMissing(id, rowFirst: first))
        }
        for id in dueFound.keys.sorted() where dueWanted[id] == nil && !isBeingFreed(id.queue) {
            problem(.dueExtra(id))
        }
    }
}
