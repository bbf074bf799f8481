internal import CLMDB
internal import Synchronization

/// Read transactions that are reset and renewed instead of begun anew: a renewal costs no lock of LMDB's.
@safe
final class ReaderPool: Sendable {
    /// Thread-safe handle of the environment that owns this pool and outlives it.
    nonisolated(unsafe) private let environment: OpaquePointer
    private let countMax: Int
    private let state = Mutex(State())

    private struct State {
        /// Reset transactions; each is used by one thread at a time.
        var idle: [Held] = []
        var openCount = 0
        /// Snapshot numbers of the lent ones.
        var lent: [(key: UInt, number: UInt64)] = []
    }

    @safe
    private struct Held: @unchecked Sendable {
        /// Only the thread that took it out of `idle` touches it.
        let pointer: OpaquePointer
    }

    init(environment: OpaquePointer, countMax: Int) {
        unsafe self.environment = environment
        self.countMax = countMax
    }

    func take() throws(LMDBError) -> OpaquePointer {
        let held = try state.withLock { (state) throws(LMDBError) -> Held? in
            if let held = state.idle.popLast() { return held }
            guard state.openCount < countMax else {
                throw LMDBError(code: .readersFull, operation: "read transactions")
            }
            state.openCount += 1
            return nil
        }
        do throws(LMDBError) {
            if let held {
                try unsafe check(mdb_txn_renew(held.pointer), "mdb_txn_renew")
                unsafe note(held.pointer)
                return unsafe held.pointer
            }
            let begun = try unsafe begin()
            unsafe note(begun)
            return unsafe begun
        } catch {
            if let held { unsafe mdb_txn_abort(held.pointer) }
            state.withLock { $0.openCount -= 1 }
            throw error
        }
    }

    private func begin() throws(LMDBError) -> OpaquePointer {
        var begun: OpaquePointer?
        try unsafe check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &begun), "mdb_txn_begin")
        guard let pointer = unsafe begun else { throw LMDBError(code: .panic, operation: "mdb_txn_begin") }
        return unsafe pointer
    }

    private func note(_ pointer: OpaquePointer) {
        let item = unsafe (UInt(bitPattern: pointer), UInt64(mdb_txn_id(pointer)))
        state.withLock { $0.lent.append(item) }
    }

    func giveBack(_ pointer: OpaquePointer) {
        unsafe mdb_txn_reset(pointer)
        let held = unsafe Held(pointer: pointer)
        let key = UInt(bitPattern: pointer)
        state.withLock { state in
            if let index = state.lent.firstIndex(where: { $0.key == key }) { state.lent.remove(at: index) }
            state.idle.append(held)
        }
    }

    /// The oldest snapshot somebody reads; nil where nobody does.
    var oldestNumber: UInt64? { state.withLock { $0.lent.map(\.number).min() } }

    /// Ends all transactions; none may be lent.
    func drain() {
        state.withLock { state in
            for held in state.idle { unsafe mdb_txn_abort(held.pointer) }
            state.idle = []
        }
    }
}
