import LMDB
import Testing

@Suite struct TransactionTests {
    private struct Stop: Error {}

    @Test("a closure that throws leaves nothing behind, and its error comes out")
    func abortOnThrow() throws {
        let store = try TemporaryEnvironment()
        try store.put("a", "kept")
        do {
            try store.environment.write { (transaction) throws in
                try transaction.put(store.table, Array("a".utf8), Array("lost".utf8))
                try transaction.put(store.table, Array("b".utf8), [1])
                throw Stop()
            }
            Issue.record("the closure's error was swallowed")
        } catch WriteError<any Error>.body(let error) {
            #expect(error is Stop)
        }
        #expect(try store.get("a")?.text == "kept")
        #expect(try store.get("b") == nil)
        try store.put("b", "works on")
        #expect(try store.get("b")?.text == "works on")
    }

    @Test("a read sees the moment it began, whatever is committed meanwhile")
    func isolation() throws {
        let store = try TemporaryEnvironment()
        try store.put("a", "old")
        try store.environment.read { (transaction) throws in
            try store.put("a", "new")
            try store.put("b", "more")
            let seen = try transaction.bytes(store.table, "a")
            let unseen = try transaction.bytes(store.table, "b")
            let rows = try transaction.rowCount(store.table)
            #expect(seen?.text == "old")
            #expect(unseen == nil)
            #expect(rows == 1)
            #expect(try store.get("a")?.text == "new")
        }
        #expect(try store.get("a")?.text == "new")
    }

    @Test("a reused read transaction sees the newest commit")
    func renewal() throws {
        let store = try TemporaryEnvironment(readTransactionCountMax: 1)
        var numbers: [UInt64] = []
        for round in 0..<20 {
            try store.put("a", "\(round)")
            #expect(try store.get("a")?.text == "\(round)")
            numbers.append(try store.environment.read { (transaction) throws(LMDBError) in transaction.number })
        }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
    }

    @Test("one read more than allowed is refused as readersFull, and a place that is given back is used again")
    func readersFull() throws {
        let store = try TemporaryEnvironment(readTransactionCountMax: 2)
        for _ in 0..<3 {
            try store.environment.read { (_) throws in
                try store.environment.read { (_) throws in
                    do {
                        _ = try store.get("a")
                        Issue.record("a third read began")
                    } catch ReadError<LMDBError>.lmdb(let error) {
                        #expect(error.code == .readersFull)
                    }
                }
                #expect(try store.get("a") == nil)
            }
        }
    }

    @Test("a full reader table of LMDB is readersFull too, and frees itself")
    func readerTableFull() throws {
        let store = try TemporaryEnvironment(readTransactionCountMax: 1_000, readerSlotCount: 3)
        /// Begins reads inside reads until one is refused; returns how many there were.
        func descend(_ depth: Int) throws -> Int {
            guard depth < 200 else { return depth }
            do {
                return try store.environment.read { (_) throws in try descend(depth + 1) }
            } catch ReadError<any Error>.lmdb(let error) {
                #expect(error.code == .readersFull)
                return depth
            }
        }
        let most = try descend(0)
        #expect(3..<200 ~= most)
        #expect(try descend(0) == most)
        #expect(try store.get("a") == nil)
    }

    @Test("a reader's closure that throws gives its place back")
    func readerThrows() throws {
        let store = try TemporaryEnvironment(readTransactionCountMax: 1)
        for _ in 0..<5 {
            #expect(throws: (any Error).self) { try store.environment.read { (_) throws in throw Stop() } }
        }
        #expect(try store.get("a") == nil)
    }

    @Test("the lag is the commits since the oldest snapshot that is read")
    func readerLag() throws {
        let store = try TemporaryEnvironment()
        #expect(store.environment.readerLag == 0)
        try store.environment.read { (_) throws in
            #expect(store.environment.readerLag == 0)
            for round in 1...3 {
                try store.put("a", "\(round)")
                #expect(store.environment.readerLag == UInt64(round))
            }
            try store.environment.read { (_) throws in #expect(store.environment.readerLag == 3) }
        }
        #expect(store.environment.readerLag == 0)
        #expect(try store.environment.clearDeadReaders() == 0)
    }
}
