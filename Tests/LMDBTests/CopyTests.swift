import Foundation
import LMDB
import Testing

@Suite struct CopyTests {
    @Test("a compacted copy opens, holds every row, and leaves free pages out")
    func copy() throws {
        let original = try TemporaryEnvironment()
        for number in 0..<2_000 {
            try original.put("row \(number)", [UInt8](repeating: UInt8(number & 255), count: 900))
        }
        for number in 0..<1_500 { _ = try original.delete("row \(number)") }
        let copy = try TemporaryEnvironment()
        let path = copy.path + "/copied"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let descriptor = open(path + "/data.mdb", O_WRONLY | O_CREAT | O_EXCL, 0o600)
        try #require(descriptor >= 0)
        try original.environment.copyCompacting(to: descriptor)
        close(descriptor)
        func byteCount(_ path: String) throws -> Int {
            try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        }
        #expect(try byteCount(path + "/data.mdb") < byteCount(original.path + "/data.mdb") / 2)
        let opened = try Environment(
            path: path,
            options: .init(mapByteCount: 16 << 20, tableCountMax: 4, readerSlotCount: 8, readTransactionCountMax: 2))
        let count = try opened.write { (transaction) throws(LMDBError) in
            try transaction.table("rows", creating: false)
        }
        let table = try #require(count)
        #expect(try opened.read { (transaction) throws(LMDBError) in try transaction.rowCount(table) } == 500)
        // The original goes on.
        try original.put("later", "x")
    }

    @Test("a copy into a pipe that nobody reads any more ends with an error, not with a signal")
    func stopped() throws {
        let original = try TemporaryEnvironment()
        for number in 0..<2_000 { try original.put("row \(number)", [UInt8](repeating: 1, count: 900)) }
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        #expect(throws: LMDBError(code: .init(rawValue: EPIPE), operation: "mdb_env_copyfd2")) {
            try original.environment.copyCompacting(to: ends[1])
        }
        close(ends[1])
        try original.put("later", "x")
    }
}
