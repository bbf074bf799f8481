internal import CLMDB

extension Environment {
    /// Writes the newest commit to `descriptor`, a file or a pipe, without its free pages: an exact snapshot under load.
    ///
    /// Blocks until all is written. While it runs it is a reader: the file grows by the churn (`reliability.md` rule 26). It syncs nothing, and
    /// the caller makes the file, so that its mode does not depend on the process's umask. Thread-safe.
    ///
    /// - Throws: the operating system's code where writing fails; of a pipe whose reading end was closed, that is `EPIPE` and no signal.
    public func copyCompacting(to descriptor: Int32) throws(LMDBError) {
        try unsafe check(mdb_env_copyfd2(pointer, descriptor, UInt32(MDB_CP_COMPACT)), "mdb_env_copyfd2")
    }
}
