internal import LMDB
internal import MessageModel

/// Reads a run in order, row by row, over any number of transactions: a row is copied when it is reached.
struct OnceRunReader {
    let run: OnceRunID
    /// Entries of the row it is in.
    private(set) var bytes: [UInt8] = []
    /// The entry it stands on; nil before the first ``advance(_:_:)`` and at the end.
    private(set) var entry: OnceEntry?
    /// Where that entry begins in ``bytes``.
    private(set) var start = 0
    private var rowKey: RowKey?

    init(_ run: OnceRunID) { self.run = run }

    /// Moves to the next entry.
    ///
    /// - Throws: ``PlanFault/row(_:_:)`` where the next row is damaged.
    mutating func advance(_ table: Table, _ transaction: borrowing WriteTransaction) throws(PlanFault) {
        if let entry {
            start = entry.key.upperBound
            if start < bytes.count {
                self.entry = OnceEntry(bytes.raw, at: start)
                // Rows are whole: what does not end in an entry was written so by nobody.
                guard self.entry != nil else { throw .row(.field("first answer"), "once") }
                return
            }
        }
        guard let next = try nextRow(table, transaction) else {
            (bytes, entry) = ([], nil)
            return
        }
        bytes = next
        start = 0
        entry = OnceEntry(bytes.raw, at: 0)
        guard entry != nil else { throw .row(.field("first answer"), "once") }
    }

    private mutating func nextRow(
        _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(PlanFault) -> [UInt8]? {
        let from = rowKey ?? Keys.onceRun(run)
        let isFirst = rowKey == nil
        let run = run
        let found: Result<(key: RowKey, bytes: [UInt8])?, RowFault>
        do throws(LMDBError) {
            found = try transaction.withCursor(table) { (cursor) throws(LMDBError) in
                var more = try cursor.seek(atOrAfter: from.span)
                if more, !isFirst, cursor.isAt(from.span) { more = try cursor.next() }
                guard more, OnceRunID(cursor.key) == run else { return .success(nil) }
                let key = RowKey(copying: cursor.key)
                do throws(RowFault) {
                    return .success((key, try OnceRows.entries(cursor.value, under: key.span).array))
                } catch { return .failure(error) }
            }
        } catch { throw .lmdb(error) }
        switch found {
        case .success(let row?):
            rowKey = row.key
            return row.bytes
        case .success(nil): return nil
        case .failure(let fault): throw .row(fault, "once")
        }
    }
}
