import BenchmarkSupport
import LMDB

/// A table of its own environment on the disk, with rows in it. Used by one thread.
final class FilledTable {
    private let environment: Environment
    private let table: Table
    private let corpus = OrderCorpus(count: 1_024, seed: 1)
    private var generator = SeededGenerator(seed: 2)
    private var rowCount = 0

    /// Bytes of address space of the map.
    private static let mapByteCount = 17_179_869_184
    /// Rows in one commit while it is filled.
    private static let fillCommitRowCount = 1_000

    /// Makes the environment and fills it.
    init(rowCount: Int) throws {
        let folder = try ScratchFolder(name: "tillwire-lmdb-bench")
        environment = try Environment(
            path: folder.path,
            options: .init(
                mapByteCount: Self.mapByteCount, tableCountMax: 2, readerSlotCount: 8, readTransactionCountMax: 4))
        // The open files live on until the process ends, however it ends; nothing is left behind.
        folder.remove()
        table = try environment.write { (transaction) throws(LMDBError) in
            guard let table = try transaction.table("rows", creating: true) else {
                throw LMDBError(code: .corrupted, operation: "mdb_dbi_open")
            }
            return table
        }
        while self.rowCount < rowCount { try put(count: min(Self.fillCommitRowCount, rowCount - self.rowCount)) }
    }

    /// Puts `count` rows at the end and commits.
    func put(count: Int) throws {
        let first = rowCount
        try environment.write { (transaction) throws(LMDBError) in
            for number in first..<first + count {
                let body = corpus.bodies[number % corpus.bodies.count]
                try transaction.put(table, key: Self.key(number).span, byteCount: body.count, appending: true) { room in
                    room.withUnsafeMutableBytes { $0.copyBytes(from: body) }
                }
            }
        }
        rowCount += count
    }

    /// Reads `count` rows anywhere in one read transaction; the sum of their lengths.
    func get(count: Int) throws -> Int {
        let keys = (0..<count).map { _ in Self.key(generator.below(rowCount)) }
        return try environment.read { (transaction) throws(LMDBError) in
            var sum = 0
            for key in keys { sum += try transaction.value(table, forKey: key.span)?.byteCount ?? 0 }
            return sum
        }
    }

    private static func key(_ number: Int) -> [UInt8] {
        let value = UInt64(number)
        return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }
}
