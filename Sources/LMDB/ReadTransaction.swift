internal import CLMDB

/// One snapshot of the environment. It lives inside ``Environment/read(_:)``; nothing it lends may leave that closure.
///
/// Keep it short: 50 ms at most, no `await`, no call-outs. A long reader makes the file grow by the whole churn (`reliability.md` rule 21).
@safe
public struct ReadTransaction: ~Copyable {
    /// Owned by the environment's pool, which begins and resets it.
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// The value under `key`, or nil. O(log rows).
    @_lifetime(borrow self)
    public func value(_ table: Table, forKey key: Span<UInt8>) throws(LMDBError) -> RawSpan? {
        guard let span = try unsafe lookUp(pointer, table, key) else { return nil }
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Opens a cursor on `table` for the time of `body`.
    public func withCursor<Result>(
        _ table: Table, _ body: (inout Cursor) throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result {
        try unsafe scoped(pointer, table, body)
    }

    /// The number of the last commit this snapshot sees.
    public var number: UInt64 { unsafe UInt64(mdb_txn_id(pointer)) }

    /// Rows in `table`.
    public func rowCount(_ table: Table) throws(LMDBError) -> Int {
        var statistics = MDB_stat()
        try unsafe check(mdb_stat(pointer, table.handle, &statistics), "mdb_stat")
        return statistics.ms_entries
    }

    /// Pages on LMDB's free list, which LMDB shows to read transactions only. O(freed transactions still listed).
    public func freePageCount() throws(LMDBError) -> UInt64 { try unsafe freePages(pointer) }
}

/// Point read in either kind of transaction.
@_lifetime(immortal)
func lookUp(_ transaction: OpaquePointer, _ table: Table, _ key: Span<UInt8>) throws(LMDBError) -> RawSpan? {
    var data = unsafe MDB_val()
    let isThere = try unsafe withValue(key) { (value) throws(LMDBError) in
        try unsafe found(mdb_get(transaction, table.handle, &value, &data), "mdb_get")
    }
    guard isThere else { return nil }
    return unsafe data.bytes()
}

/// Opens, lends and closes a cursor in either kind of transaction.
func scoped<Result>(
    _ transaction: OpaquePointer, _ table: Table, _ body: (inout Cursor) throws(LMDBError) -> Result
) throws(LMDBError) -> Result {
    var opened: OpaquePointer?
    try unsafe check(mdb_cursor_open(transaction, table.handle, &opened), "mdb_cursor_open")
    guard let pointer = unsafe opened else { throw LMDBError(code: .corrupted, operation: "mdb_cursor_open") }
    defer { unsafe mdb_cursor_close(pointer) }
    var cursor = unsafe Cursor(pointer)
    return try body(&cursor)
}

/// Sums the first word of each record of LMDB's own free list (its table 0): the number of page numbers that follow.
func freePages(_ transaction: OpaquePointer) throws(LMDBError) -> UInt64 {
    try unsafe scoped(transaction, Table(handle: 0)) { (cursor) throws(LMDBError) in
        var sum: UInt64 = 0
        var more = try cursor.first()
        while more {
            if cursor.value.byteCount >= 8 { sum += UInt64(unsafe cursor.value.unsafeLoadUnaligned(as: UInt.self)) }
            more = try cursor.next()
        }
        return sum
    }
}
