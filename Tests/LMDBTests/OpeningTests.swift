import Foundation
import LMDB
import Testing

@Suite struct OpeningTests {
    private static let options = Environment.Options(
        mapByteCount: 4 << 20, tableCountMax: 2, readerSlotCount: 8, readTransactionCountMax: 4)

    @Test("what was committed is there after closing and opening again")
    func reopen() throws {
        let store = try TemporaryEnvironment()
        try store.put("a", "one")
        try store.put("b", "two")
        for _ in 0..<3 {
            try store.reopen()
            #expect(try store.keys() == ["a", "b"])
            #expect(try store.get("b")?.text == "two")
        }
        try store.put("c", "three")
        try store.reopen()
        #expect(try store.keys() == ["a", "b", "c"])
    }

    @Test("closing gives the files back")
    func close() throws {
        let folder = NSTemporaryDirectory() + "lmdb-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func openFiles() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)"))?.hasPrefix(folder)
                    == true
            }
        }
        do {
            let environment = try Environment(path: folder, options: Self.options)
            #expect(try environment.read { (transaction) throws(LMDBError) in transaction.number } == 0)
            #expect(try openFiles() >= 2)
        }
        #expect(try openFiles() == 0)
    }

    @Test("a folder that does not exist is an error that names the call")
    func missingFolder() throws {
        do {
            _ = try Environment(path: "/does/not/exist/anywhere", options: Self.options)
            Issue.record("an environment opened nowhere")
        } catch {
            #expect(error.code.rawValue == 2)
            #expect(error.operation == "mdb_env_open")
            #expect(error.description.contains("mdb_env_open"))
        }
    }

    @Test("a file that is not LMDB's is refused as invalid and left as it is")
    func foreignFile() throws {
        let folder = NSTemporaryDirectory() + "lmdb-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let foreign = Data(repeating: 0x41, count: 16_384)
        try foreign.write(to: URL(fileURLWithPath: folder + "/data.mdb"))
        do {
            _ = try Environment(path: folder, options: Self.options)
            Issue.record("a foreign file was taken")
        } catch { #expect(error.code == .invalid) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/data.mdb")) == foreign)
    }

    @Test("one table more than allowed is refused")
    func tooManyTables() throws {
        let store = try TemporaryEnvironment()
        for name in ["b", "c", "d"] {
            let table = try store.environment.write { (transaction) throws(LMDBError) in
                try transaction.table(name, creating: true)
            }
            #expect(table != nil)
        }
        #expect(throws: (any Error).self) {
            _ = try store.environment.write { (transaction) throws(LMDBError) in
                try transaction.table("e", creating: true)
            }
        }
        try store.put("a", "b")
        #expect(try store.get("a")?.text == "b")
    }
}
