internal import Deflate
internal import LMDB
internal import MessageModel

extension OnceBook {
    /// Forgets everything and learns it from the disk: the answers that stand in rows of groups, and which runs there are. The first thing after an
    /// opening. Bounded by what memory held before.
    func load(_ source: StoreSource, hasher: SipHash) {
        fresh = OnceBatch()
        (frozen, runs, merges, doomed, doomedGroup, recalled) = (nil, [], [], [], 0, nil)
        (damagedGroups, suspects, unread, lookedAt, isSettled) = ([], [], nil, .zero, false)
        do throws(BrokerError) {
            try source.read { (tables, transaction) throws(LMDBError) in
                try transaction.withCursor(tables.once) { (cursor) throws(LMDBError) in
                    try findSingles(&cursor)
                    try findRuns(&cursor)
                    try loadGroups(&cursor, hasher)
                }
            }
        } catch { unread = .field("table") }
    }

    /// Whether rows of single answers are left.
    func findSingles(_ cursor: inout Cursor) throws(LMDBError) {
        holdsSingles = try cursor.first() && Self.kind(cursor.key) < OnceRunID.kind
    }

    private static func kind(_ key: RawSpan) -> UInt8 {
        key.byteCount > 0 ? unsafe key.unsafeLoad(fromByteOffset: 0, as: UInt8.self) : 0
    }

    private func findRuns(_ cursor: inout Cursor) throws(LMDBError) {
        var from = RowKey()
        from.append(OnceRunID.kind)
        while try cursor.seek(atOrAfter: from.span), Self.kind(cursor.key) == OnceRunID.kind {
            if let id = OnceRunID(cursor.key) {
                runs.append(OnceRun(id: id, filter: nil))
                // Behind all rows of the run; a damaged key may name the last number there is.
                if id.number == .max { break }
                from = Keys.onceRun(OnceRunID(bucket: id.bucket, level: id.level, number: id.number + 1))
            } else {
                // A key that is none: the one behind it.
                from = RowKey(copying: cursor.key)
                from.append(0)
            }
        }
    }

    private func loadGroups(_ cursor: inout Cursor, _ hasher: SipHash) throws(LMDBError) {
        var from = RowKey()
        from.append(OnceGroupID.kind)
        var more = try cursor.seek(atOrAfter: from.span)
        while more {
            let key = RowKey(copying: cursor.key)
            if let id = OnceGroupID(cursor.key) { load(cursor.value, id, key, hasher) } else { unread = .length }
            more = try cursor.next()
        }
    }

    private func load(_ value: RawSpan, _ id: OnceGroupID, _ key: RowKey, _ hasher: SipHash) {
        do throws(RowFault) {
            // All of it is looked at before any of it is taken.
            try OnceRows.each(value, under: key.span) { _, _ in }
            fresh.add(OnceRows.body(value), group: id.group)
        } catch {
            damagedGroups.insert(id)
            suspect(OnceRows.body(value), hasher)
        }
    }

    /// Notes what keys a damaged row may have held: by their hash as it stands there, and by the hash of their bytes as they stand there, one of which
    /// is whole where one place is damaged. Where the row cannot be read to its end, every key may have been in it.
    private func suspect(_ entries: RawSpan, _ hasher: SipHash) {
        var offset = 0
        while let entry = OnceEntry(entries, at: offset, acceptingAnyLifetime: true) {
            suspects.insert(entry.place.first)
            suspects.insert(hasher.hash128(entries.extracting(entry.key).array.span).0)
            offset = entry.key.upperBound
        }
        if offset != entries.byteCount { unread = .checksum }
    }
}
