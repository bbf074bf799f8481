internal import LMDB
internal import Tillwire

/// An environment with one table under ascending 8-byte keys: what every limit writes to.
final class LimitTable {
    let environment: Environment
    private let table: Table

    /// Makes one in the empty folder `path`.
    init(path: String) throws {
        environment = try Environment(
            path: path,
            options: .init(
                mapByteCount: BenchLimits.limitMapByteCount, tableCountMax: 4, readerSlotCount: 16,
                readTransactionCountMax: 4))
        table = try environment.write { (transaction) throws(LMDBError) in
            guard let table = try transaction.table("rows", creating: true) else {
                throw LMDBError(code: .corrupted, operation: "rows")
            }
            return table
        }
    }

    /// Puts one row behind all others.
    func append(
        _ number: Int, _ value: ArraySlice<UInt8>, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        let bigEndian = UInt64(number).bigEndian
        let key = withUnsafeBytes(of: bigEndian) { Array($0) }
        try transaction.put(table, key: key.span, byteCount: value.count, appending: true) { room in
            room.withUnsafeMutableBytes { target in value.withUnsafeBytes { target.copyMemory(from: $0) } }
        }
    }

    /// Reads and deletes up to `count` rows from the front in one commit; answers how many there were.
    func readAndDelete(count: Int, _ read: (RawSpan) -> Void) throws -> Int {
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.withCursor(table) { (cursor) throws(LMDBError) in
                var done = 0
                while done < count, try cursor.first() {
                    read(cursor.value)
                    try cursor.delete()
                    done += 1
                }
                return done
            }
        }
    }

    /// Rows there must be.
    func expect(rowCount: Int) throws {
        let count = try environment.read { (transaction) throws(LMDBError) in try transaction.rowCount(table) }
        guard count == rowCount else {
            throw WrongCount(description: "a limit's table holds \(count) rows, expected \(rowCount)")
        }
    }
}
