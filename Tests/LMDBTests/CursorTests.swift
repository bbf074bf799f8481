import LMDB
import Testing

@Suite struct CursorTests {
    private static func store(_ keys: String...) throws -> TemporaryEnvironment {
        let store = try TemporaryEnvironment()
        for key in keys { try store.put(key, "value of \(key)") }
        return store
    }

    private static func key(
        _ store: TemporaryEnvironment, _ move: (inout Cursor) throws(LMDBError) -> Bool
    ) throws -> String? {
        try store.environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                try move(&cursor) ? copy(cursor.key).text : nil
            }
        }
    }

    private static func atOrAfter(_ store: TemporaryEnvironment, _ key: String) throws -> String? {
        try Self.key(store) { (cursor) throws(LMDBError) in try cursor.seek(atOrAfter: Array(key.utf8).span) }
    }

    private static func atOrBefore(_ store: TemporaryEnvironment, _ key: String) throws -> String? {
        try Self.key(store) { (cursor) throws(LMDBError) in try cursor.seek(atOrBefore: Array(key.utf8).span) }
    }

    @Test("seeking at or after finds the key, else the next greater one, else nothing")
    func seekAtOrAfter() throws {
        let store = try Self.store("b", "d", "dd", "f")
        let expected = [
            "a": "b", "b": "b", "b0": "d", "c": "d", "d": "d", "d0": "dd", "dd": "dd", "ddd": "f", "f": "f",
        ]
        for (key, found) in expected { #expect(try Self.atOrAfter(store, key) == found, "\(key)") }
        #expect(try Self.atOrAfter(store, "f0") == nil)
        #expect(try Self.atOrAfter(store, "z") == nil)
    }

    @Test("seeking at or before finds the key, else the next smaller one, else nothing")
    func seekAtOrBefore() throws {
        let store = try Self.store("b", "d", "dd", "f")
        let expected = [
            "b": "b", "b0": "b", "c": "b", "d": "d", "d0": "d", "dd": "dd", "ddd": "dd", "e": "dd", "f": "f", "z": "f",
        ]
        for (key, found) in expected { #expect(try Self.atOrBefore(store, key) == found, "\(key)") }
        #expect(try Self.atOrBefore(store, "a") == nil)
    }

    @Test("in an empty table every seek and move finds nothing")
    func empty() throws {
        let store = try Self.store()
        #expect(try Self.atOrAfter(store, "a") == nil)
        #expect(try Self.atOrBefore(store, "a") == nil)
        #expect(try Self.key(store) { (cursor) throws(LMDBError) in try cursor.first() } == nil)
        #expect(try Self.key(store) { (cursor) throws(LMDBError) in try cursor.last() } == nil)
        #expect(try Self.key(store) { (cursor) throws(LMDBError) in try cursor.next() } == nil)
    }

    @Test("a cursor walks forward and back and stops at both ends")
    func walk() throws {
        let store = try Self.store("a", "b", "c")
        try store.environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                var seen: [String] = []
                var more = try cursor.last()
                while more {
                    seen.append(copy(cursor.key).text + "=" + copy(cursor.value).text)
                    more = try cursor.previous()
                }
                #expect(seen == ["c=value of c", "b=value of b", "a=value of a"])
                #expect(try cursor.next())
                #expect(copy(cursor.key).text == "b")
                #expect(try cursor.next())
                #expect(try !cursor.next())
            }
        }
    }

    @Test("a cursor tells whether it stands on a key; a prefix is not the key")
    func isAt() throws {
        let store = try Self.store("abc")
        try store.environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                #expect(try cursor.first())
                var answers: [Bool] = []
                for key in ["abc", "ab", "abcd", "abd", ""] { answers.append(cursor.isAt(Array(key.utf8).span)) }
                #expect(answers == [true, false, false, false, false])
            }
        }
    }

    @Test("after a delete the next row is the one behind it, and a whole table can be deleted so")
    func delete() throws {
        let store = try Self.store("a", "b", "c", "d", "e")
        try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                _ = try cursor.seek(atOrAfter: Array("b".utf8).span)
                try cursor.delete()
                #expect(try cursor.next())
                #expect(copy(cursor.key).text == "c")
                try cursor.delete()
                #expect(try cursor.next())
                #expect(copy(cursor.key).text == "d")
            }
        }
        #expect(try store.keys() == ["a", "d", "e"])
        try store.environment.write { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                var more = try cursor.first()
                while more {
                    try cursor.delete()
                    more = try cursor.next()
                }
            }
        }
        #expect(try store.keys().isEmpty)
    }

    @Test("a cursor of a read transaction cannot delete")
    func readOnly() throws {
        let store = try Self.store("a")
        #expect(throws: (any Error).self) {
            try store.environment.read { (transaction) throws(LMDBError) in
                try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                    _ = try cursor.first()
                    try cursor.delete()
                }
            }
        }
        #expect(try store.keys() == ["a"])
    }

    @Test("seeks agree with a sorted array over many pages")
    func model() throws {
        let store = try TemporaryEnvironment()
        let keys = (0..<2_000).map { UInt16($0 * 3 + 5) }
        func bytes(_ key: UInt16) -> [UInt8] { [UInt8(key >> 8), UInt8(key & 255)] }
        try store.environment.write { (transaction) throws(LMDBError) in
            for key in keys { try transaction.put(store.table, bytes(key), [UInt8](repeating: 1, count: 50)) }
        }
        let missed = try store.environment.read { (transaction) throws(LMDBError) in
            try transaction.withCursor(store.table) { (cursor) throws(LMDBError) in
                var missed: [UInt16] = []
                for key in UInt16(0)...6_010 {
                    let after = try cursor.seek(atOrAfter: bytes(key).span) ? copy(cursor.key) : nil
                    let before = try cursor.seek(atOrBefore: bytes(key).span) ? copy(cursor.key) : nil
                    let up: UInt16? = key <= 5 ? 5 : key > 6_002 ? nil : (key - 5 + 2) / 3 * 3 + 5
                    let down: UInt16? = key < 5 ? nil : min(6_002, (key - 5) / 3 * 3 + 5)
                    if after != up.map(bytes) || before != down.map(bytes) { missed.append(key) }
                }
                return missed
            }
        }
        #expect(missed.isEmpty)
    }
}
