internal import LMDB
internal import MessageModel

extension StoreOpening {
    /// Brings a store of format 1 or 2 to format 3, in one commit: either is found after a crash.
    ///
    /// The rows of earlier formats are rows of this one. Since format 2 the queues' counters count acknowledged members of rows that still stand, so
    /// in a store of format 1 these are counted once: one pass over the index, about a second for each million rows. Since format 3 first answers are
    /// written as rows of groups; rows of single answers stay until they expire.
    static func migrate(
        _ environment: Environment, _ tables: Tables, _ catalogue: Catalogue, _ folder: StoreFolder
    ) throws(BrokerError) -> Catalogue {
        var format = catalogue.format
        let isFirst = format.major < 2
        (format.major, format.minor, format.oldestReader) = (FormatRow.major, FormatRow.minor, FormatRow.major)
        let new = format
        do throws(WriteError<LMDBError>) {
            try environment.write { (transaction) throws(LMDBError) in
                for (queue, kept) in isFirst ? try acknowledgedCounts(tables, transaction) : [:] {
                    let key = Keys.queue(queue)
                    guard let value = try transaction.value(tables.counters, forKey: key.span),
                        var counters = try? QueueCounters(value, under: key.span)
                    else { continue }
                    counters.kept = kept
                    try transaction.put(tables.counters, key: key.span, value: counters.encoded(under: key).span)
                }
                let key = CatalogueKind.formatKey
                try transaction.put(tables.catalogue, key: key.span, value: new.encoded(under: key).span)
            }
        } catch {
            switch error {
            case .begin(let cause), .body(let cause), .commit(let cause):
                throw .system(
                    operation: "bringing \(folder.path) to format \(new.major): \(cause)", code: cause.code.rawValue)
            }
        }
        return Catalogue(format: new, topology: catalogue.topology)
    }

    private static func acknowledgedCounts(
        _ tables: Tables, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> [QueueID: UInt64] {
        try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
            var counts: [QueueID: UInt64] = [:]
            var more = try cursor.first()
            while more {
                if let id = EntryID(cursor.key), let row = try? EntryRow(cursor.value, under: Keys.entry(id).span),
                    !row.acknowledged.isEmpty
                {
                    counts[id.queue, default: 0] += UInt64(row.acknowledged.count)
                }
                more = try cursor.next()
            }
            return counts
        }
    }
}
