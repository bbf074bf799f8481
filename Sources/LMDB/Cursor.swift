internal import CLMDB

/// A place in one table, moved by key order. Lives inside the closure that opened it; key and value are valid until the next move.
@safe
public struct Cursor: ~Copyable {
    /// Owned: opened and closed by the transaction's `withCursor`.
    private let pointer: OpaquePointer
    private var keyValue = unsafe MDB_val()
    private var dataValue = unsafe MDB_val()

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Moves to the first row whose key is `key` or greater; false where there is none.
    public mutating func seek(atOrAfter key: Span<UInt8>) throws(LMDBError) -> Bool {
        try unsafe withValue(key) { (value) throws(LMDBError) in
            unsafe keyValue = value
            return try unsafe found(mdb_cursor_get(pointer, &keyValue, &dataValue, MDB_SET_RANGE), "mdb_cursor_get")
        }
    }

    /// Moves to the last row whose key is `key` or less; false where there is none.
    public mutating func seek(atOrBefore key: Span<UInt8>) throws(LMDBError) -> Bool {
        guard try seek(atOrAfter: key) else { return try last() }
        return isAt(key) ? true : try previous()
    }

    /// Moves to the first row; false where the table is empty.
    public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }
    /// Moves to the last row; false where the table is empty.
    public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }
    /// Moves one row on; false at the end.
    public mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }
    /// Moves one row back; false at the start.
    public mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }

    /// Deletes the row it stands on; a following ``next()`` goes to the row after it. In a write transaction only.
    public mutating func delete() throws(LMDBError) { try unsafe check(mdb_cursor_del(pointer, 0), "mdb_cursor_del") }

    /// The row's key.
    public var key: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe keyValue.bytes()
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The row's value.
    public var value: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe dataValue.bytes()
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// True where the row's key begins with `prefix`.
    public func startsWith(_ prefix: Span<UInt8>) -> Bool {
        guard unsafe keyValue.mv_size >= prefix.count else { return false }
        let current = unsafe keyValue.bytes()
        for index in 0..<prefix.count
        where unsafe current.unsafeLoad(fromByteOffset: index, as: UInt8.self) != prefix[index] { return false }
        return true
    }

    /// True where the row's key is `key`.
    public func isAt(_ key: Span<UInt8>) -> Bool {
        guard unsafe keyValue.mv_size == key.count else { return false }
        let current = unsafe keyValue.bytes()
        for index in 0..<key.count where unsafe current.unsafeLoad(fromByteOffset: index, as: UInt8.self) != key[index]
        { return false }
        return true
    }

    private mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try unsafe found(mdb_cursor_get(pointer, &keyValue, &dataValue, operation), "mdb_cursor_get")
    }
}
