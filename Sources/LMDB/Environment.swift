internal import CLMDB
internal import Glibc
internal import Synchronization

/// One open LMDB environment: one folder, opened once per process, closed when the last reference goes.
///
/// Flags are `MDB_NOTLS` and nothing that weakens sync (`reliability.md` rule 1): what is committed is on the disk. Thread-safe; write
/// transactions of several threads wait for one another.
@safe
public final class Environment: Sendable {
    /// MDB_env is thread-safe; assigned once, in `init`, and closed in `deinit`.
    nonisolated(unsafe) let pointer: OpaquePointer
    private let readers: ReaderPool

    /// Settings of an environment.
    public struct Options: Sendable {
        /// Bytes of address space for the map, chosen once.
        public var mapByteCount: Int
        /// Tables at most.
        public var tableCountMax: UInt32
        /// Slots of the reader table.
        public var readerSlotCount: UInt32
        /// Read transactions at once.
        public var readTransactionCountMax: Int

        /// Joins the settings.
        public init(mapByteCount: Int, tableCountMax: UInt32, readerSlotCount: UInt32, readTransactionCountMax: Int) {
            self.mapByteCount = mapByteCount
            self.tableCountMax = tableCountMax
            self.readerSlotCount = readerSlotCount
            self.readTransactionCountMax = readTransactionCountMax
        }
    }

    /// Opens the environment in the folder `path`, which must exist.
    public init(path: String, options: Options) throws(LMDBError) {
        var created: OpaquePointer?
        try unsafe check(mdb_env_create(&created), "mdb_env_create")
        guard let pointer = unsafe created else { throw LMDBError(code: .panic, operation: "mdb_env_create") }
        do throws(LMDBError) {
            try unsafe check(mdb_env_set_mapsize(pointer, options.mapByteCount), "mdb_env_set_mapsize")
            try unsafe check(mdb_env_set_maxdbs(pointer, options.tableCountMax), "mdb_env_set_maxdbs")
            try unsafe check(mdb_env_set_maxreaders(pointer, options.readerSlotCount), "mdb_env_set_maxreaders")
            try unsafe check(mdb_env_open(pointer, path, UInt32(MDB_NOTLS), 0o600), "mdb_env_open")
            var descriptor: Int32 = -1
            try unsafe check(mdb_env_get_fd(pointer, &descriptor), "mdb_env_get_fd")
            // LMDB does not set it (measured), and a child process must not hold the file.
            try check(fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? 0 : errno, "fcntl")
            var dead: Int32 = 0
            try unsafe check(mdb_reader_check(pointer, &dead), "mdb_reader_check")
        } catch {
            unsafe mdb_env_close(pointer)
            throw error
        }
        unsafe self.pointer = pointer
        unsafe readers = ReaderPool(environment: pointer, countMax: options.readTransactionCountMax)
    }

    deinit {
        readers.drain()
        unsafe mdb_env_close(pointer)
    }

    /// Runs `body` in a read transaction on this thread.
    ///
    /// - Throws: ``LMDBError/Code/readersFull`` where as many as allowed are open.
    public func read<Result, Failure: Error>(
        _ body: (borrowing ReadTransaction) throws(Failure) -> Result
    ) throws(ReadError<Failure>) -> Result {
        let lent: OpaquePointer
        do throws(LMDBError) { unsafe lent = try readers.take() } catch { throw .lmdb(error) }
        defer { unsafe readers.giveBack(lent) }
        let transaction = unsafe ReadTransaction(lent)
        do throws(Failure) { return try body(transaction) } catch { throw .body(error) }
    }

    /// Runs `body` in the write transaction on this thread; commits when it returns, aborts when it throws.
    public func write<Result, Failure: Error>(
        _ body: (borrowing WriteTransaction) throws(Failure) -> Result
    ) throws(WriteError<Failure>) -> Result {
        var begun: OpaquePointer?
        do throws(LMDBError) { try unsafe check(mdb_txn_begin(pointer, nil, 0, &begun), "mdb_txn_begin") } catch {
            throw .begin(error)
        }
        guard let owned = unsafe begun else { throw .begin(LMDBError(code: .panic, operation: "mdb_txn_begin")) }
        let transaction = unsafe WriteTransaction(owned)
        let result: Result
        do throws(Failure) { result = try body(transaction) } catch { throw .body(error) }
        do throws(LMDBError) { try transaction.commit() } catch { throw .commit(error) }
        return result
    }

    /// Clears slots of readers whose process died; returns how many. To be called at times (`reliability.md` rule 8).
    public func clearDeadReaders() throws(LMDBError) -> Int {
        var dead: Int32 = 0
        try unsafe check(mdb_reader_check(pointer, &dead), "mdb_reader_check")
        return Int(dead)
    }

    /// Commits between the oldest snapshot that is read and the newest commit: what a long reader keeps from being reused.
    public var readerLag: UInt64 {
        guard let oldest = readers.oldestNumber, let space = try? space() else { return 0 }
        return space.lastCommit > oldest ? space.lastCommit - oldest : 0
    }

    /// Size and use of the map.
    public func space() throws(LMDBError) -> Space {
        var info = unsafe MDB_envinfo()
        try unsafe check(mdb_env_info(pointer, &info), "mdb_env_info")
        var statistics = MDB_stat()
        try unsafe check(mdb_env_stat(pointer, &statistics), "mdb_env_stat")
        return unsafe Space(
            mapByteCount: UInt64(info.me_mapsize), pageByteCount: UInt64(statistics.ms_psize),
            touchedPageCount: UInt64(info.me_last_pgno) + 1, lastCommit: UInt64(info.me_last_txnid))
    }

    /// Size and use of a map.
    public struct Space: Sendable {
        /// Bytes of the map.
        public let mapByteCount: UInt64
        /// Bytes of a page.
        public let pageByteCount: UInt64
        /// Pages from the start of the file to the last one ever used; free ones among them are not deducted.
        public let touchedPageCount: UInt64
        /// Number of the newest commit.
        public let lastCommit: UInt64
    }
}

/// Why ``Environment/read(_:)`` failed: in LMDB or in the caller's closure.
public enum ReadError<Failure: Error>: Error {
    /// The transaction could not begin.
    case lmdb(LMDBError)
    /// The closure threw.
    case body(Failure)
}

/// Why ``Environment/write(_:)`` failed; where tells whether the outcome is known.
public enum WriteError<Failure: Error>: Error {
    /// The transaction could not begin: nothing was done.
    case begin(LMDBError)
    /// The closure threw: nothing was done.
    case body(Failure)
    /// The commit failed: it may be on the disk or not.
    case commit(LMDBError)
}
