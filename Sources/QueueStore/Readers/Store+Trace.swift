public import Engine
internal import LMDB
public import MessageModel

extension Store {
    /// What happened to a message in queues that are traced, oldest first, at most ``MessageModel/Limits/traceReadCountMax`` events. Deliveries may
    /// be up to 100 ms late here, and those of the last 100 ms before a crash may be missing; everything else is exact.
    public func trace(_ message: MessageID) async throws(BrokerError) -> [TraceEvent] {
        let place = directory.catalogue.minter.place(of: message)
        let start = Keys.trace(place.source, place.sequence)
        var faults = 0
        let events = try source.read { (tables, transaction) throws(LMDBError) in
            try transaction.withCursor(tables.trace) { (cursor) throws(LMDBError) in
                var events: [TraceEvent] = []
                var more = try cursor.seek(atOrAfter: start.span)
                while more, events.count < Limits.traceReadCountMax {
                    let key = RowKey(copying: cursor.key)
                    guard key.suffix(from: 12, of: start) != nil else { break }
                    let at = Keys.traceTime(cursor.key)
                    do throws(RowFault) {
                        events.append(try TraceRow.decode(cursor.value, at: at, under: key.span))
                    } catch { faults += 1 }
                    more = try cursor.next()
                }
                return events
            }
        }
        if faults > 0 { setAside("\(faults) trace rows") }
        return events
    }
}
