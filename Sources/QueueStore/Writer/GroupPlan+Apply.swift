internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Writes the plan but for its blocks and counters, table by table in key order, while the blocks are packed. Only space can make this fail.
    func applyRows(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for block in freedBlocks { try free(block, transaction) }
        try writeEntries(transaction)
        try writeOwners(transaction)
        try writeDue(transaction)
        try writeOnce(transaction)
        try writeConsumerRows(transaction)
        if let newDictionary {
            let key = DictionaryRow.key(newDictionary.id)
            try transaction.put(
                tables.catalogue, key: key.span, value: newDictionary.row.encoded(under: key).span)
        }
        if let newCatalogue {
            for (key, value) in catalogueRows(newCatalogue) {
                if let value {
                    try transaction.put(tables.catalogue, key: key.span, value: value.span)
                } else {
                    try transaction.delete(tables.catalogue, key: key.span)
                }
            }
        }
        for key in traceRemoved { try transaction.delete(tables.trace, key: key.span) }
    }

    /// Writes the packed blocks and the counters: the rest of the plan.
    func applyBlocks(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for block in sealedBlocks { try write(block, transaction) }
        for row in traceRows { try transaction.put(tables.trace, key: row.key.span, value: row.value.span) }
        try writeCounters(transaction)
    }

    private func write(_ block: SealedBlock, _ transaction: borrowing WriteTransaction) throws(LMDBError) {
        let fields = block.header.fields
        let head = fields + Self.bigEndian(block.checksum)
        let stored = block.packed.stored
        var offset = -head.count
        for (number, byteCount) in block.parts.enumerated() {
            let start = offset
            try put(Keys.payload(block: block.id, part: number), byteCount, transaction) { room in
                unsafe room.withUnsafeMutableBytes { target in
                    let headCount = max(0, min(byteCount, -start))
                    for index in 0..<headCount { unsafe target[index] = head[head.count + start + index] }
                    unsafe stored.withUnsafeBytes { source in
                        let from = unsafe UnsafeRawBufferPointer(
                            rebasing: source[(start + headCount)..<(start + byteCount)])
                        unsafe UnsafeMutableRawBufferPointer(rebasing: target[headCount...]).copyMemory(from: from)
                    }
                }
            }
            offset += byteCount
        }
    }

    /// New blocks stand behind all others. A damaged key may stand behind them too: then the place is searched instead.
    private func put(
        _ key: RowKey, _ byteCount: Int, _ transaction: borrowing WriteTransaction,
        _ fill: (inout MutableRawSpan) -> Void
    ) throws(LMDBError) {
        do throws(LMDBError) {
            try transaction.put(tables.payloads, key: key.span, byteCount: byteCount, appending: true, fill: fill)
        } catch {
            guard error.code == .keyExists else { throw error }
            try transaction.put(tables.payloads, key: key.span, byteCount: byteCount, appending: false, fill: fill)
        }
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private func free(_ block: UInt64, _ transaction: borrowing WriteTransaction) throws(LMDBError) {
        var parts: [Int] = []
        while let byteCount = try partByteCount(block, parts.count, transaction) {
            try transaction.delete(tables.payloads, key: Keys.payload(block: block, part: parts.count).span)
            parts.append(byteCount)
        }
        guard !parts.isEmpty else { return }
        store.payloadPages -= min(UInt64(PartLayout.pages(of: parts)), store.payloadPages)
    }

    private func partByteCount(
        _ block: UInt64, _ part: Int, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> Int? {
        try transaction.value(tables.payloads, forKey: Keys.payload(block: block, part: part).span)?.byteCount
    }

    private func writeEntries(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for (id, row) in entries.sorted(by: { $0.key < $1.key }) {
            let key = Keys.entry(id)
            if let row {
                try transaction.put(tables.entries, key: key.span, value: row.encoded(under: key).span)
            } else {
                try transaction.delete(tables.entries, key: key.span)
            }
        }
    }

    private func writeOwners(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for (block, count) in owners.sorted(by: { $0.key < $1.key }) {
            let key = Keys.refs(block: block)
            if count > 0 {
                try transaction.put(
                    tables.refs, key: key.span, value: BlockOwners(count: count).encoded(under: key).span)
            } else {
                try transaction.delete(tables.refs, key: key.span)
            }
        }
    }

    private func writeDue(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for id in dueRemoved.sorted() { try transaction.delete(tables.due, key: Keys.due(id).span) }
        for (id, rowFirst) in dueAdded.sorted(by: { $0.key < $1.key }) {
            var value = RowKey()
            value.append(u64: rowFirst)
            try transaction.put(tables.due, key: Keys.due(id).span, value: value.span)
        }
    }

    private func writeOnce(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for key in onceRemoved { try transaction.delete(tables.once, key: key.span) }
        if let onceStep {
            for key in onceStep.removed { try transaction.delete(tables.once, key: key.span) }
            for row in onceStep.rows { try transaction.put(tables.once, key: row.key.span, value: row.value.span) }
        }
        onceRows = onceAnswers.sealed(group: store.groupNumber + 1)
        for row in onceRows { try put(row, transaction) }
    }

    /// A group's answers stand behind all others. A damaged key may stand behind them too: then the place is searched instead.
    private func put(_ row: SealedRow, _ transaction: borrowing WriteTransaction) throws(LMDBError) {
        do throws(LMDBError) {
            try transaction.put(tables.once, key: row.key.span, value: row.value.span, appending: true)
        } catch {
            guard error.code == .keyExists else { throw error }
            try transaction.put(tables.once, key: row.key.span, value: row.value.span)
        }
    }

    private func writeConsumerRows(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        for (id, value) in rows {
            let (table, key) = place(id.space, id.key)
            if let value {
                try transaction.put(table, key: key.span, value: ConsumerRow.encode(value, under: key).span)
            } else {
                try transaction.delete(table, key: key.span)
            }
        }
    }

    private func writeCounters(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
        store.groupNumber += 1
        store.clock = now
        try transaction.put(tables.counters, key: Keys.store.span, value: store.encoded(under: Keys.store).span)
        for key in countersRemoved { try transaction.delete(tables.counters, key: key.span) }
        for (id, plan) in queues.sorted(by: { $0.key < $1.key }) {
            let key = Keys.queue(id)
            try transaction.put(tables.counters, key: key.span, value: plan.counters.encoded(under: key).span)
        }
        for (id, counters) in topics.sorted(by: { $0.key < $1.key }) {
            let key = Keys.topic(id)
            try transaction.put(tables.counters, key: key.span, value: counters.encoded(under: key).span)
        }
    }

    /// The earliest moment in `due` after this plan.
    func readEarliestDue(_ transaction: borrowing WriteTransaction) throws(LMDBError) -> Timestamp? {
        let earliest = try transaction.withCursor(tables.due) { (cursor) throws(LMDBError) in
            try Self.earliestDue(&cursor)
        }
        // What could not be done is looked at again in a second, not at once.
        return hasStuckDue ? earliest.map { max($0, now.adding(milliseconds: 1_000)) } : earliest
    }

    /// The first moment of the table the cursor is on; a key that is none is passed over.
    static func earliestDue(_ cursor: inout Cursor) throws(LMDBError) -> Timestamp? {
        var more = try cursor.first()
        while more {
            if let id = DueID(cursor.key) { return id.at }
            more = try cursor.next()
        }
        return nil
    }
}
