public import Engine
internal import LMDB
public import MessageModel

extension Store {
    /// Reads rows of a space in key order, up to ``MessageModel/Limits/rowReadCountMax`` of them.
    public func rows(_ read: RowRead) async throws(BrokerError) -> [Row] {
        guard 1...Limits.rowReadCountMax ~= read.countMax else {
            throw .outOfRange("\(read.countMax) rows: 1 to \(Limits.rowReadCountMax) are allowed")
        }
        guard read.prefix.count <= Limits.stateKeyByteCountMax, read.from.count <= Limits.stateKeyByteCountMax else {
            throw .outOfRange("row key above \(Limits.stateKeyByteCountMax) bytes")
        }
        var faults = 0
        let rows = try source.read { (tables, transaction) throws(LMDBError) in
            try Self.rows(read, tables, transaction, &faults)
        }
        if faults > 0 { setAside("\(faults) consumer rows") }
        return rows
    }

    private static func rows(
        _ read: RowRead, _ tables: Tables, _ transaction: borrowing ReadTransaction, _ faults: inout Int
    ) throws(LMDBError) -> [Row] {
        let from = read.from.slice.lexicographicallyPrecedes(read.prefix.slice) ? read.prefix : read.from
        let (table, head, start) =
            switch read.space {
            case .orders: (tables.orders, 0, Keys.order(from))
            case .state(let consumer): (tables.state, 4, Keys.state(consumer, from))
            }
        var damaged = 0
        let rows = try transaction.withCursor(table) { (cursor) throws(LMDBError) in
            var rows: [Row] = []
            // LMDB refuses an empty key: the whole of `orders` is read from its first row.
            var more = start.count == 0 ? try cursor.first() : try cursor.seek(atOrAfter: start.span)
            while more, rows.count < read.countMax {
                let key = RowKey(copying: cursor.key)
                guard let own = key.suffix(from: head, of: start), own.slice.starts(with: read.prefix.slice) else {
                    break
                }
                if let value = try? ConsumerRow.decode(cursor.value, under: key.span) {
                    rows.append(Row(key: own, value: value))
                } else {
                    damaged += 1
                }
                more = try cursor.next()
            }
            return rows
        }
        faults = damaged
        return rows
    }

    /// Depth and age of one queue.
    public func figures(of queue: QueueID) async throws(BrokerError) -> QueueFigures {
        let state = try queueState(queue)
        let oldest = try oldestRow(state)
        let now = time.now
        let (figures, woken, isDying) = state.withLock { memory -> (QueueFigures, [PollQueue.Poll], Bool) in
            _ = memory.endLeases(at: now)
            let figures = QueueFigures(
                waiting: memory.counters.waiting, leased: UInt64(memory.leasedCount), delayed: memory.counters.delayed,
                kept: memory.attributes.keptMillis > 0 ? memory.counters.kept : 0,
                rawByteCount: memory.counters.rawBytes, enqueuedTotal: memory.counters.nextSequence - 1,
                oldestEnqueuedAt: oldest, waitingPolls: memory.polls.count)
            return (figures, memory.takeWoken(), memory.takeDyingNotice())
        }
        if isDying { announceDying(state) }
        for poll in woken { poll.continuation.resume() }
        return figures
    }

    /// When the queue took its oldest unacknowledged message: rows stand in the order of time, and those without one are passed over. A row once passed
    /// is not looked at again until a rewind.
    private func oldestRow(_ state: QueueState) throws(BrokerError) -> Timestamp? {
        let (counters, known) = state.withLock { ($0.counters, $0.oldestPosition) }
        guard counters.waiting + counters.delayed > 0 else { return nil }
        var next: SequenceNumber? = max(known, counters.floor)
        while let start = next {
            var oldest: Timestamp?
            (next, oldest) = try oldestRow(of: state.id, from: start, counters)
            let position = next ?? counters.nextSequence
            state.withLock { memory in
                // What a rewind brought back meanwhile may stand before it.
                guard memory.counters.rewindGeneration == counters.rewindGeneration else { return }
                memory.oldestPosition = max(memory.oldestPosition, position)
            }
            if let oldest { return oldest }
        }
        return nil
    }

    /// The time of the first row with an unacknowledged message among the next ones, and its place; without one, where to go on, nil at the end.
    private func oldestRow(
        of queue: QueueID, from start: SequenceNumber, _ counters: QueueCounters
    ) throws(BrokerError) -> (place: SequenceNumber?, time: Timestamp?) {
        let key = Keys.entry(EntryID(queue: queue, first: start))
        return try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                var more = try cursor.seek(atOrAfter: key.span)
                var lookedCount = 0
                while more, let id = EntryID(cursor.key), id.queue == queue {
                    guard lookedCount < Limits.readyScanRowCountMax else { return (id.first, nil) }
                    lookedCount += 1
                    let row = (try? EntryRow(cursor.value, under: Keys.entry(id).span))?.seen(id, counters)
                    if let row, row.liveCount > 0 { return (id.first, row.enqueuedAt) }
                    more = try cursor.next()
                }
                return (nil, nil)
            }
        }
    }

    /// State of the engine as a whole.
    public func figures() async throws(BrokerError) -> EngineFigures {
        guard let opened = source.opened else { throw source.absence }
        return meters.figures(readerLag: opened.environment.readerLag)
    }

    /// Checks everything the store knows, in short read transactions. Counts are compared where nothing was written meanwhile.
    public func verify() async throws(BrokerError) -> VerifyReport {
        try Auditor(source: source, blocks: blocks).run()
    }
}

extension RowKey {
    /// The key without the `head` bytes it shares with `start`; nil where it does not share them.
    func suffix(from head: Int, of start: RowKey) -> Bytes? {
        guard count >= head, start.count >= head else { return nil }
        for index in 0..<head where span[index] != start.span[index] { return nil }
        return Bytes((head..<count).map { span[$0] })
    }
}
