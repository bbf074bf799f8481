internal import LMDB
internal import MessageModel

/// A run as memory knows it.
struct OnceRun {
    let id: OnceRunID
    /// Spares a look at the disk for most keys that are not in it; nil where there is none (yet).
    var filter: OnceFilter?
    /// True where it cannot be read through: it is not merged any more, and gets no filter.
    var isDamaged = false
    /// False where its filter would take more memory than there is for filters.
    var mayRecall = true

    init(id: OnceRunID, filter: OnceFilter?) {
        self.id = id
        self.filter = filter
    }

    /// The answer under a key in a run, where it is still good: one row is read, found by the order of rows.
    static func answer(
        _ key: OnceKey, in run: OnceRunID, at now: Timestamp, _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> SequenceNumber? {
        let from = Keys.onceRun(run, from: key.place)
        let found: Result<SequenceNumber?, RowFault>
        do throws(LMDBError) {
            found = try transaction.withCursor(table) { (cursor) throws(LMDBError) in
                guard try cursor.seek(atOrBefore: from.span), OnceRunID(cursor.key) == run else { return .success(nil) }
                let rowKey = RowKey(copying: cursor.key)
                do throws(RowFault) {
                    let entries = try OnceRows.entries(cursor.value, under: rowKey.span)
                    return .success(Self.answer(key, at: now, entries))
                } catch { return .failure(error) }
            }
        } catch { throw .lmdb(error) }
        switch found {
        case .success(let sequence): return sequence
        case .failure(let fault): throw .row(fault, "once")
        }
    }

    private static func answer(_ key: OnceKey, at now: Timestamp, _ entries: RawSpan) -> SequenceNumber? {
        var offset = 0
        while let entry = OnceEntry(entries, at: offset) {
            if entry.place == key.place, entry.lifetime == key.key.lifetime, entry.expiresAt > now,
                entry.holds(key.key.bytes.slice, in: entries)
            {
                return entry.sequence
            }
            if entry.place > key.place { return nil }
            offset = entry.key.upperBound
        }
        return nil
    }
}
