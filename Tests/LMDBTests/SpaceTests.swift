import Foundation
import Glibc
import LMDB
import Testing

@Suite struct SpaceTests {
    /// Fills the map in transactions of one row each; returns how many fitted.
    private static func fill(_ store: TemporaryEnvironment, _ prefix: String) throws -> Int {
        for number in 0..<10_000 {
            do {
                try store.put("\(prefix)\(number)", [UInt8](repeating: 1, count: 16_000))
            } catch WriteError<LMDBError>.body(let error) {
                #expect(error.code == .mapFull)
                return number
            } catch WriteError<LMDBError>.commit(let error) {
                #expect(error.code == .mapFull)
                return number
            }
        }
        return 10_000
    }

    @Test("a full map is mapFull; what was committed stays, and the environment works on")
    func mapFull() throws {
        let store = try TemporaryEnvironment(mapByteCount: 1 << 20)
        let fitted = try Self.fill(store, "a")
        #expect(20..<64 ~= fitted)
        #expect(try store.keys().count == fitted)
        for number in 0..<fitted / 2 { #expect(try store.delete("a\(number)")) }
        let more = try Self.fill(store, "b")
        #expect(more > fitted / 4)
        #expect(try store.keys().count == fitted - fitted / 2 + more)
        #expect(try store.get("a\(fitted - 1)")?.count == 16_000)
    }

    @Test("a transaction that met mapFull leaves nothing of itself")
    func mapFullIsWhole() throws {
        let store = try TemporaryEnvironment(mapByteCount: 1 << 20)
        #expect(throws: (any Error).self) {
            try store.environment.write { (transaction) throws(LMDBError) in
                for number in UInt8(0)..<200 {
                    try transaction.put(store.table, [number], [UInt8](repeating: 1, count: 16_000))
                }
            }
        }
        #expect(try store.keys().isEmpty)
        try store.put("a", "b")
        #expect(try store.get("a")?.text == "b")
    }

    @Test("freed pages stand on the free list, where readers count them")
    func freePageCount() throws {
        let store = try TemporaryEnvironment()
        let pages = 8
        for name in ["a", "b", "c"] { try store.put(name, [UInt8](repeating: 1, count: pages * 4_096 - 16)) }
        let before = try store.environment.read { (transaction) throws(LMDBError) in try transaction.freePageCount() }
        #expect(try store.delete("b"))
        let after = try store.environment.read { (transaction) throws(LMDBError) in try transaction.freePageCount() }
        #expect(after >= before + UInt64(pages))
    }

    @Test("the space tells map, page, touched pages and the newest commit")
    func space() throws {
        let store = try TemporaryEnvironment(mapByteCount: 4 << 20)
        let before = try store.environment.space()
        try store.put("a", [UInt8](repeating: 1, count: 8 * 4_096 - 16))
        let after = try store.environment.space()
        #expect(before.mapByteCount == 4 << 20)
        #expect(before.pageByteCount == 4_096)
        #expect(after.lastCommit == before.lastCommit + 1)
        #expect(after.touchedPageCount >= before.touchedPageCount + 8)
    }

    @Test("no file of an environment is inherited by a child process")
    func closeOnExec() throws {
        let store = try TemporaryEnvironment()
        try store.put("a", "b")
        #expect(try store.get("a")?.text == "b")
        var open = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            guard let descriptor = Int32(name),
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)"),
                target.hasPrefix(store.path)
            else { continue }
            open += 1
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0, "\(target)")
        }
        #expect(open >= 2)
    }
}
