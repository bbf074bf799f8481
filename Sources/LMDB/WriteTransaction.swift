internal import CLMDB

/// The one write transaction. It lives inside ``Environment/write(_:)``, on one thread from begin to commit, and cannot be suspended:
/// the closure is synchronous (measured: a commit from another thread succeeds and the next writer waits for ever).
@safe
public struct WriteTransaction: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe mdb_txn_abort(pointer) }

    /// Makes all changes durable: when this returns without an error they survive a power cut. An error leaves open whether they are there,
    /// except ``LMDBError/Code/mapFull``, which LMDB finds before it writes anything.
    consuming func commit() throws(LMDBError) {
        let owned = unsafe pointer
        discard self
        try unsafe check(mdb_txn_commit(owned), "mdb_txn_commit")
    }

    /// The value under `key`, or nil.
    @_lifetime(borrow self)
    public func value(_ table: Table, forKey key: Span<UInt8>) throws(LMDBError) -> RawSpan? {
        guard let span = try unsafe lookUp(pointer, table, key) else { return nil }
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Writes `value` under `key`, over what is there. With `appending` the key must be the table's greatest, which saves the search.
    public func put(
        _ table: Table, key: Span<UInt8>, value: Span<UInt8>, appending: Bool = false
    ) throws(LMDBError) {
        let flags = appending ? UInt32(MDB_APPEND) : 0
        try unsafe withValue(key) { (keyValue) throws(LMDBError) in
            try unsafe withValue(value) { (data) throws(LMDBError) in
                try unsafe check(mdb_put(pointer, table.handle, &keyValue, &data, flags), "mdb_put")
            }
        }
    }

    /// Makes room for `byteCount` bytes under `key` and has `fill` write them in place. With `appending` the key must be the table's
    /// greatest, which saves the search.
    public func put(
        _ table: Table, key: Span<UInt8>, byteCount: Int, appending: Bool, fill: (inout MutableRawSpan) -> Void
    ) throws(LMDBError) {
        var data = unsafe MDB_val(mv_size: byteCount, mv_data: nil)
        let flags = UInt32(MDB_RESERVE) | (appending ? UInt32(MDB_APPEND) : 0)
        try unsafe withValue(key) { (keyValue) throws(LMDBError) in
            try unsafe check(mdb_put(pointer, table.handle, &keyValue, &data, flags), "mdb_put")
        }
        guard let start = unsafe data.mv_data else { throw LMDBError(code: .corrupted, operation: "mdb_put") }
        var room = unsafe MutableRawSpan(_unsafeStart: start, byteCount: byteCount)
        fill(&room)
    }

    /// Deletes the row under `key`; false where there is none.
    @discardableResult
    public func delete(_ table: Table, key: Span<UInt8>) throws(LMDBError) -> Bool {
        try unsafe withValue(key) { (keyValue) throws(LMDBError) in
            try unsafe found(mdb_del(pointer, table.handle, &keyValue, nil), "mdb_del")
        }
    }

    /// Opens a cursor on `table` for the time of `body`.
    public func withCursor<Result>(
        _ table: Table, _ body: (inout Cursor) throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result { try unsafe scoped(pointer, table, body) }

    /// Opens the table `name`, making it where `creating` says so; nil where it does not exist.
    public func table(_ name: String, creating: Bool) throws(LMDBError) -> Table? {
        var handle: UInt32 = 0
        let flags = creating ? UInt32(MDB_CREATE) : 0
        return try unsafe found(mdb_dbi_open(pointer, name, flags, &handle), "mdb_dbi_open")
            ? Table(handle: handle) : nil
    }
}
