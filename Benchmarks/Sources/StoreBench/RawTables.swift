internal import LMDB
internal import Tillwire

/// The tables of a raw run and the two things done with them.
struct RawTables {
    private let environment: Environment
    private let bodies: Table
    private let keys: Table
    private let queues: [Table]

    init(_ environment: Environment, queueCount: Int) throws {
        self.environment = environment
        (bodies, keys, queues) = try environment.write { (transaction) throws(LMDBError) in
            var queues: [Table] = []
            for number in 0..<queueCount { queues.append(try Self.make("queue-\(number)", transaction)) }
            return (try Self.make("bodies", transaction), try Self.make("keys", transaction), queues)
        }
    }

    private static func make(_ name: String, _ transaction: borrowing WriteTransaction) throws(LMDBError) -> Table {
        guard let table = try transaction.table(name, creating: true) else {
            throw LMDBError(code: .corrupted, operation: name)
        }
        return table
    }

    /// Puts `count` messages in one commit.
    func put(from first: Int, count: Int, _ corpus: Corpus, keyed: Bool) throws {
        try environment.write { (transaction) throws(LMDBError) in
            for number in first..<first + count {
                let rowKey = Self.rowKey(number)
                try Self.append(bodies, rowKey, corpus.body(worker: number, round: 0), transaction)
                for queue in queues { try Self.append(queue, rowKey, Bytes(rowKey), transaction) }
                guard keyed else { continue }
                try transaction.put(keys, key: KeyText.bytes(UInt64(number)).span, value: rowKey.span)
            }
        }
    }

    /// Reads and deletes the first `count` messages in one commit; answers how many there were.
    func readAndDelete(count: Int) throws -> Int {
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.withCursor(bodies) { (cursor) throws(LMDBError) in
                var done = 0
                var more = try cursor.first()
                while more, done < count {
                    let copy = cursor.value.withUnsafeBytes { Array($0) }
                    precondition(copy.count > 0, "no body is empty")
                    try cursor.delete()
                    done += 1
                    more = try cursor.next()
                }
                return done
            }
        }
    }

    /// Messages that are there.
    func count() throws -> Int {
        try environment.read { (transaction) throws(LMDBError) in try transaction.rowCount(bodies) }
    }

    private static func append(
        _ table: Table, _ key: [UInt8], _ value: Bytes, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) {
        try transaction.put(table, key: key.span, byteCount: value.count, appending: true) { room in
            room.withUnsafeMutableBytes { target in value.slice.withUnsafeBytes { target.copyMemory(from: $0) } }
        }
    }

    private static func rowKey(_ number: Int) -> [UInt8] {
        let value = UInt64(number)
        return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }
}
