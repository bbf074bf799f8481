import Engine
import LMDB
import MessageModel
import Testing

@testable import QueueStore

@Suite struct BackupSpaceTests {
    private static func space(_ tables: TemporaryTables, isWrittenTo: Bool) throws -> (StoreSource, BackupSpace) {
        let format = FormatRow(keys: (1, 2, 3, 4))
        let source = StoreSource(
            .init(
                environment: tables.environment, tables: tables.tables,
                catalogue: Catalogue(format: format, topology: .init(revision: 0, queues: [:], topics: [:])),
                counters: StoreCounters()))
        let space = try BackupSpace(
            source: source, storePath: tables.path, targetPath: tables.path, isWrittenTo: isWrittenTo,
            at: Timestamp(milliseconds: 1_760_000_000_000))
        return (source, space)
    }

    private static func grow(_ tables: TemporaryTables, by byteCount: Int) throws {
        let piece = [UInt8](repeating: 7, count: 1_000_000)
        for number in 0..<byteCount / piece.count {
            try tables.put([(Keys.payload(block: UInt64(number), part: 0), piece)])
        }
    }

    @Test("a store that grows into what is kept for acknowledgements has its backup given up")
    func growth() throws {
        let tables = try TemporaryTables()
        let (_, space) = try Self.space(tables, isWrittenTo: true)
        try space.check()
        try Self.grow(tables, by: 20_000_000)
        try space.check()
        try Self.grow(tables, by: 50_000_000)
        #expect(throws: BrokerError.self) { try space.check() }
    }

    @Test("a stopped store does not grow, so only the disk counts")
    func stopped() throws {
        let tables = try TemporaryTables()
        try Self.grow(tables, by: 50_000_000)
        let (_, space) = try Self.space(tables, isWrittenTo: false)
        try space.check()
        #expect(throws: BrokerError.self) { _ = try Self.space(tables, isWrittenTo: true) }
    }
}
