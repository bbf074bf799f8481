internal import CLMDB

/// What LMDB answered when it was not success.
public struct LMDBError: Error, Sendable, Hashable {
    /// LMDB's return codes, an open set: its own are negative, the operating system's positive.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The number.
        public let rawValue: Int32
        /// Wraps a number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The map has no free page.
        public static let mapFull = Code(rawValue: MDB_MAP_FULL)
        /// The reader table has no free slot.
        public static let readersFull = Code(rawValue: MDB_READERS_FULL)
        /// A page is not what it should be.
        public static let corrupted = Code(rawValue: MDB_CORRUPTED)
        /// The environment met a fatal error before.
        public static let panic = Code(rawValue: MDB_PANIC)
        /// The file is not LMDB's.
        public static let invalid = Code(rawValue: MDB_INVALID)
        /// The file is of another version of LMDB's format.
        public static let versionMismatch = Code(rawValue: MDB_VERSION_MISMATCH)
        /// The key exists already.
        public static let keyExists = Code(rawValue: MDB_KEYEXIST)
    }

    /// The code.
    public let code: Code
    /// The call that answered it, such as `mdb_txn_commit`.
    public let operation: String

    /// Joins code and call.
    public init(code: Code, operation: String) {
        self.code = code
        self.operation = operation
    }
}

extension LMDBError: CustomStringConvertible {
    /// The call and LMDB's own text for the code.
    public var description: String {
        "\(operation): \(unsafe String(cString: mdb_strerror(code.rawValue))) (\(code.rawValue))"
    }
}

/// Throws unless `code` is success; every C call passes through here on the line that makes it.
@inline(__always)
func check(_ code: Int32, _ operation: StaticString) throws(LMDBError) {
    guard code == MDB_SUCCESS else { throw failure(code, operation) }
}

/// True for success, false for «not found»; anything else throws.
@inline(__always)
func found(_ code: Int32, _ operation: StaticString) throws(LMDBError) -> Bool {
    if code == MDB_SUCCESS { return true }
    if code == MDB_NOTFOUND { return false }
    throw failure(code, operation)
}

@inline(never)
private func failure(_ code: Int32, _ operation: StaticString) -> LMDBError {
    LMDBError(code: .init(rawValue: code), operation: operation.description)
}
