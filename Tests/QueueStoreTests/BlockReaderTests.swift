import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct BlockReaderTests {
    private static func noise(_ count: Int, seed: UInt64) throws -> BlockSample {
        var random = RecordGenerator(seed: seed)
        return try BlockSample([.init(body: Bytes(random.bytes(count...count)))])
    }

    @Test(
        "blocks of one row and of many are loaded whole",
        arguments: [0, 1, 1_900, 2_100, 2_700, 4_100, 32_800, 70_000, 300_000])
    func load(byteCount: Int) throws {
        let tables = try TemporaryTables()
        let sample = try Self.noise(byteCount, seed: 60)
        try tables.put(sample.rows)
        let loaded = try #require(try tables.load(9)).get()
        #expect(loaded.header == sample.header)
        #expect(loaded.bytes == sample.packed.stored)
        #expect(try BlockReader().inflate(loaded).count == 1)
    }

    @Test("a block that is not there is nil, also between others")
    func missing() throws {
        let tables = try TemporaryTables()
        #expect(try tables.load(9) == nil)
        var random = RecordGenerator(seed: 61)
        let messages = try BlockSample.messages(3, byteCountMax: 50, &random)
        try tables.put(try BlockSample(messages, id: 8).rows)
        try tables.put(try BlockSample(messages, id: 10).rows)
        #expect(try tables.load(9) == nil)
        #expect(try tables.load(8) != nil)
    }

    @Test("every flipped bit of a small block is refused")
    func flips() throws {
        let tables = try TemporaryTables()
        var sample = try Self.noise(20, seed: 62)
        for bit in 0..<sample.rows[0].value.count * 8 {
            sample.rows[0].value[bit >> 3] ^= 1 << UInt8(bit & 7)
            try tables.put(sample.rows)
            guard case .failure = try tables.load(9) else {
                Issue.record("bit \(bit) was not noticed")
                return
            }
            sample.rows[0].value[bit >> 3] ^= 1 << UInt8(bit & 7)
        }
        try tables.put(sample.rows)
        #expect(try tables.load(9)?.get().bytes == sample.packed.stored)
    }

    @Test("a flipped bit in any part of a large block is refused by the checksum")
    func flippedParts() throws {
        let tables = try TemporaryTables()
        let sample = try Self.noise(80_000, seed: 63)
        #expect(sample.rows.count >= 3)
        for part in sample.rows.indices {
            var rows = sample.rows
            rows[part].value[rows[part].value.count - 1] ^= 0x10
            try tables.put(rows)
            #expect(Self.fault(try tables.load(9)) == .checksum)
        }
    }

    @Test("a part that is missing, short or of another block is refused")
    func parts() throws {
        let tables = try TemporaryTables()
        let sample = try Self.noise(80_000, seed: 64)
        for part in 1..<sample.rows.count {
            try tables.put(sample.rows)
            try tables.delete(sample.rows[part].key)
            #expect(Self.fault(try tables.load(9)) == .length)
        }
        var short = sample.rows
        short[1].value.removeLast()
        try tables.put(short)
        #expect(Self.fault(try tables.load(9)) == .length)
        try tables.put(sample.rows)
        try tables.delete(sample.rows[1].key)
        try tables.put(try Self.noise(10, seed: 65).rows.map { (Keys.payload(block: 10, part: 0), $0.value) })
        #expect(Self.fault(try tables.load(9)) == .length)
    }

    @Test("a block under another id is refused: its checksum covers the key")
    func otherKey() throws {
        let tables = try TemporaryTables()
        let sample = try Self.noise(100, seed: 66)
        try tables.put([(Keys.payload(block: 10, part: 0), sample.rows[0].value)])
        #expect(Self.fault(try tables.load(10)) == .checksum)
    }

    private static func fault(_ result: Result<StoredBlock, RowFault>?) -> RowFault? {
        guard case .failure(let fault) = result else { return nil }
        return fault
    }
}
