import LMDB
import Testing

@Suite struct RowTests {
    @Test("a row that was put is read, overwritten and deleted")
    func putGetDelete() throws {
        let store = try TemporaryEnvironment()
        #expect(try store.get("a") == nil)
        try store.put("a", "one")
        #expect(try store.get("a")?.text == "one")
        try store.put("a", "another")
        #expect(try store.get("a")?.text == "another")
        #expect(try store.delete("a"))
        #expect(try store.get("a") == nil)
        #expect(try !store.delete("a"))
    }

    @Test("an empty value is a value")
    func emptyValue() throws {
        let store = try TemporaryEnvironment()
        try store.put("a", [])
        #expect(try store.get("a") == [])
    }

    @Test("an empty key is refused and nothing is written")
    func emptyKey() throws {
        let store = try TemporaryEnvironment()
        #expect(throws: (any Error).self) { try store.put("", "x") }
        #expect(try store.keys().isEmpty)
    }

    @Test("a transaction sees its own writes before they are committed")
    func ownWrites() throws {
        let store = try TemporaryEnvironment()
        try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.put(store.table, Array("k".utf8), [1, 2])
            let seen = try transaction.bytes(store.table, "k")
            #expect(seen == [1, 2])
            try transaction.delete(store.table, key: Array("k".utf8).span)
            let gone = try transaction.bytes(store.table, "k")
            #expect(gone == nil)
        }
    }

    @Test("a reserved row is filled in place, in a leaf and over many pages", arguments: [1, 40, 2_020, 4_080, 32_752])
    func reserve(byteCount: Int) throws {
        let store = try TemporaryEnvironment()
        let key: [UInt8] = [7]
        try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.put(store.table, key: key.span, byteCount: byteCount, appending: false) { room in
                for index in 0..<room.byteCount {
                    room.storeBytes(of: UInt8(index % 251), toByteOffset: index, as: UInt8.self)
                }
            }
        }
        #expect(try store.get("\u{7}") == (0..<byteCount).map { UInt8($0 % 251) })
    }

    @Test("appended rows stand in order; a key that is not the greatest is refused")
    func append() throws {
        let store = try TemporaryEnvironment()
        func append(_ key: UInt8) throws {
            try store.environment.write { (transaction) throws(LMDBError) in
                try transaction.put(
                    store.table, key: Array(repeating: key, count: 1).span, byteCount: 1, appending: true
                ) { room in
                    room.storeBytes(of: key, toByteOffset: 0, as: UInt8.self)
                }
            }
        }
        for key in UInt8(97)...120 { try append(key) }
        #expect(try store.keys().joined() == "abcdefghijklmnopqrstuvwx")
        for late in [UInt8(97), 110, 120] {
            do {
                try append(late)
                Issue.record("key \(late) was appended out of order")
            } catch let WriteError<LMDBError>.body(error) {
                #expect(error.code == .keyExists)
            }
        }
        try append(121)
        #expect(try store.get("n") == [110])
        #expect(try store.keys().count == 25)
    }

    @Test("rows are counted")
    func rowCount() throws {
        let store = try TemporaryEnvironment()
        for number in 0..<30 { try store.put("k\(number)", "v") }
        _ = try store.delete("k7")
        let count = try store.environment.read { (transaction) throws(LMDBError) in
            try transaction.rowCount(store.table)
        }
        #expect(count == 29)
    }

    @Test("tables hold their rows apart, and a table that was never made is nil")
    func tables() throws {
        let store = try TemporaryEnvironment()
        let missing = try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.table("other", creating: false)
        }
        #expect(missing == nil)
        let other = try #require(
            try store.environment.write { (transaction) throws(LMDBError) in
                try transaction.table("other", creating: true)
            })
        try store.put("k", "rows")
        try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.put(other, Array("k".utf8), Array("other".utf8))
        }
        #expect(try store.get("k")?.text == "rows")
        let read = try store.environment.read { (transaction) throws(LMDBError) in try transaction.bytes(other, "k") }
        #expect(read?.text == "other")
    }
}
