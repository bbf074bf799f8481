internal import Glibc
internal import LMDB
internal import MessageModel
internal import Synchronization

/// The open environment, which is replaced when the store is reopened after a failed write (`reliability.md` rule 14).
///
/// Thread-safe. A reader holds the environment for the time of its transaction; a reopening waits until no one does, because one process must
/// never have the folder open twice (rule 5).
final class StoreSource: Sendable {
    /// One opening.
    final class Opened: Sendable {
        let environment: Environment
        let tables: Tables
        let catalogue: Catalogue
        let counters: StoreCounters

        init(environment: Environment, tables: Tables, catalogue: Catalogue, counters: StoreCounters) {
            self.environment = environment
            self.tables = tables
            self.catalogue = catalogue
            self.counters = counters
        }
    }

    private struct State {
        var opened: Opened?
        /// True while the store is away only to come back.
        var isReopening = false
    }

    private let state: Mutex<State>
    /// The one reader that lasts: it is stopped before the environment is taken away.
    let backups = BackupGate()

    init(_ opened: Opened) { state = Mutex(State(opened: opened)) }

    /// The present opening; nil while it is replaced or after the end.
    var opened: Opened? { state.withLock { $0.opened } }

    /// Why there is no opening at this moment.
    var absence: BrokerError {
        state.withLock { $0.isReopening } ? .overloaded("the store is being reopened") : .closed
    }

    /// Puts another opening in place.
    func replace(_ opened: Opened) { state.withLock { $0 = State(opened: opened) } }

    /// Takes the environment away and waits, 5 s at most, until no reader holds it and it is closed: one process must never have the folder open
    /// twice. False where a reader did not end. Blocks; for the store's own threads.
    func close(forReopening isReopening: Bool) -> Bool {
        weak let old = opened?.environment
        state.withLock { $0 = State(opened: nil, isReopening: isReopening) }
        backups.stop(absence)
        for _ in 0..<5_000 {
            if old == nil { return true }
            usleep(1_000)
        }
        return old == nil
    }

    /// Runs `body` in a read transaction.
    ///
    /// - Throws: ``BrokerError/overloaded(_:)`` where too many read, ``BrokerError/closed``, ``BrokerError/system(operation:code:)``.
    func read<Result>(
        _ body: (Tables, borrowing ReadTransaction) throws(LMDBError) -> Result
    ) throws(BrokerError) -> Result {
        guard let opened else { throw absence }
        do throws(ReadError<LMDBError>) {
            return try opened.environment.read { (transaction) throws(LMDBError) in try body(opened.tables, transaction)
            }
        } catch {
            switch error {
            case .lmdb(let cause) where cause.code == .readersFull:
                throw .overloaded("\(Limits.readTransactionCountMax) reads at once")
            case .lmdb(let cause), .body(let cause):
                throw .system(operation: cause.operation, code: cause.code.rawValue)
            }
        }
    }
}
