internal import Engine
internal import LMDB
internal import MessageModel

extension Store {
    /// Looks up again the messages whose blocks are not among `known`: a compaction may have moved them between the look at their rows and the look
    /// at their blocks. What is in its old place still is damaged and stays in the list; what is nowhere was purged meanwhile and leaves it.
    func followMoved(
        _ leased: [LeasedPick], _ known: [UInt64: InflatedBlock]
    ) throws(BrokerError) -> [LeasedPick] {
        try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.entries) { (cursor) throws(LMDBError) in
                var found: [LeasedPick] = []
                for item in leased {
                    guard known[item.pick.block] == nil else {
                        found.append(item)
                        continue
                    }
                    if let moved = try Self.follow(item, &cursor) { found.append(moved) }
                }
                return found
            }
        }
    }

    private static func follow(_ item: LeasedPick, _ cursor: inout Cursor) throws(LMDBError) -> LeasedPick? {
        let queue = item.queue
        let key = Keys.entry(EntryID(queue: queue, first: item.pick.sequence))
        guard try cursor.seek(atOrBefore: key.span), let id = EntryID(cursor.key), id.queue == queue else { return nil }
        // A row that cannot be read tells nothing: the message counts as damaged where it was.
        guard let row = try? EntryRow(cursor.value, under: Keys.entry(id).span) else { return item }
        guard let member = row.member(at: item.pick.sequence, from: id.first), let slot = row.slot(of: member) else {
            return nil
        }
        var moved = item
        (moved.pick.rowFirst, moved.pick.member) = (id.first, member)
        (moved.pick.block, moved.pick.slot) = (row.block, slot)
        return moved
    }
}
