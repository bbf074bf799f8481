internal import Engine
internal import LMDB
internal import MessageModel

/// Finds messages that can be delivered now: first what came back, then what stands at the ready cursor. Runs under the queue's lock, in a read
/// transaction begun there, so it sees every commit that memory knows of.
struct ReadyScan {
    /// A message that is to be leased.
    struct Pick {
        let sequence: SequenceNumber
        var rowFirst: SequenceNumber
        var member: Int
        var block: UInt64
        var slot: Int
        let enqueuedAt: Timestamp
        let detail: DeliveryDetail?
        let origin: DeadLetterOrigin?
    }

    let queue: QueueID
    let countMax: Int
    let now: Timestamp
    /// Leases that only the rows know were given before this start: an exclusive consumer takes them over.
    let isExclusive: Bool
    private(set) var picks: [Pick] = []
    /// True where the handed mark stopped the scan.
    private(set) var metMark = false
    /// True where so many rows held nothing that the rest is for another scan: the queue's lock is let go in between.
    private(set) var isUnfinished = false
    /// Rows that failed their check.
    private(set) var faults: [String] = []

    init(queue: QueueID, countMax: Int, now: Timestamp, isExclusive: Bool) {
        self.queue = queue
        self.countMax = countMax
        self.now = now
        self.isExclusive = isExclusive
    }

    mutating func run(
        _ memory: inout QueueMemory, _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(LMDBError) {
        var scan = self
        try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
            try scan.takeReturned(&memory, &cursor)
            try scan.takeFromCursor(&memory, &cursor)
        }
        self = scan
    }

    private mutating func takeReturned(_ memory: inout QueueMemory, _ cursor: inout Cursor) throws(LMDBError) {
        while picks.count < countMax, !memory.returned.isEmpty {
            for sequence in memory.returned.take(countMax - picks.count) {
                let key = Keys.entry(EntryID(queue: queue, first: sequence))
                guard try cursor.seek(atOrBefore: key.span), let (id, row) = readRow(cursor, memory.counters),
                    id.queue == queue
                else { continue }
                guard let member = row.member(at: sequence, from: id.first) else { continue }
                if !consider(sequence, member, id, row, &memory) { _ = memory.returned.insert(sequence) }
            }
            if metMark { return }
        }
    }

    private mutating func takeFromCursor(_ memory: inout QueueMemory, _ cursor: inout Cursor) throws(LMDBError) {
        guard picks.count < countMax, !metMark else { return }
        let start = Keys.entry(EntryID(queue: queue, first: memory.cursor))
        var more = try cursor.seek(atOrBefore: start.span)
        if !more || EntryID(cursor.key)?.queue != queue { more = try cursor.seek(atOrAfter: start.span) }
        var lookedCount = 0
        while more {
            guard lookedCount < Limits.readyScanRowCountMax else {
                isUnfinished = true
                return
            }
            lookedCount += 1
            guard let id = EntryID(cursor.key) else {
                faults.append("entries: a key that is none")
                more = try cursor.next()
                continue
            }
            guard id.queue == queue else { break }
            if let (_, row) = readRow(cursor, memory.counters) {
                guard take(row, id, &memory) else { return }
            } else if id.first < memory.counters.nextSequence {
                memory.cursor = max(memory.cursor, id.first + 1)
            }
            more = try cursor.next()
        }
        // Nothing stands between here and the end: the next scan begins there.
        memory.cursor = max(memory.cursor, memory.counters.nextSequence)
    }

    /// Goes through a row's members from the cursor on; false where the scan is to stop.
    ///
    /// The snapshot may be newer than memory: a commit is on the disk before memory learns of it. What memory does not count yet is left in front of the
    /// cursor, because once passed it would never be looked at again.
    private mutating func take(_ row: EntryRow, _ id: EntryID, _ memory: inout QueueMemory) -> Bool {
        let end = row.end(from: id.first)
        while memory.cursor < end {
            let member = row.firstMember(from: memory.cursor, of: id.first)
            let sequence = row.sequence(of: member, from: id.first)
            guard picks.count < countMax, sequence < memory.counters.nextSequence else { return false }
            memory.cursor = sequence
            guard consider(sequence, member, id, row, &memory) else { return false }
            memory.cursor += 1
        }
        return true
    }

    /// Picks a message where it can be delivered; false where the handed mark forbids it for now.
    private mutating func consider(
        _ sequence: SequenceNumber, _ member: Int, _ id: EntryID, _ row: EntryRow, _ memory: inout QueueMemory
    ) -> Bool {
        guard !row.acknowledged.contains(member), row.dueAt == nil, sequence >= memory.counters.floor,
            !memory.attributes.isOver(row.enqueuedAt, at: max(now, memory.expiredUntil))
        else { return true }
        let lease = memory.leases[sequence]
        if let lease {
            guard case .idle = lease.state else { return true }
        }
        let detail = row.detail(of: member)
        if let detail, detail.isDelayed { return true }
        // Memory knows better than the disk when a lease ended early.
        if lease == nil, let detail, detail.hiddenUntil > now, !isExclusive {
            hide(sequence, id, member, detail, &memory)
            return true
        }
        let deliveries = max(lease?.deliveries ?? 0, detail?.deliveries ?? 0)
        if deliveries > 0, memory.isExhausted(deliveries) {
            memory.die(
                sequence,
                Lease(
                    state: .leased, rowFirst: id.first, member: member, rawByteCount: 0, deliveryNumber: 0,
                    deliveries: deliveries, firstReceivedAt: detail?.firstReceivedAt ?? now, deadline: .distantFuture,
                    isDirty: false))
            return true
        }
        guard sequence < memory.counters.handedMark else {
            metMark = true
            return false
        }
        guard let slot = row.slot(of: member) else { return true }
        picks.append(
            Pick(
                sequence: sequence, rowFirst: id.first, member: member, block: row.block, slot: slot,
                enqueuedAt: row.enqueuedAt, detail: detail, origin: row.origin(of: member, from: id.first)))
        return true
    }

    /// A lease from before the start that the disk knows: it wakes by itself when it ends.
    private func hide(
        _ sequence: SequenceNumber, _ id: EntryID, _ member: Int, _ detail: DeliveryDetail, _ memory: inout QueueMemory
    ) {
        memory.setLease(
            sequence,
            Lease(
                state: .leased, rowFirst: id.first, member: member, rawByteCount: 0, deliveryNumber: 0,
                deliveries: detail.deliveries,
                firstReceivedAt: detail.firstReceivedAt, deadline: detail.hiddenUntil, isDirty: false))
    }

    private mutating func readRow(_ cursor: borrowing Cursor, _ counters: QueueCounters) -> (EntryID, EntryRow)? {
        guard let id = EntryID(cursor.key) else { return nil }
        let key = Keys.entry(id)
        do throws(RowFault) { return (id, try EntryRow(cursor.value, under: key.span).seen(id, counters)) } catch {
            faults.append("entries, queue \(id.queue.rawValue), sequence \(id.first): \(error.text)")
            return nil
        }
    }
}
