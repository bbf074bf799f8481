import Engine
import LMDB
import MessageModel
import Testing

@testable import QueueStore

@Suite struct DictionaryBlockTests {
    private static let row = DictionaryRow(
        source: BlockSample.source, learnedAt: Timestamp(milliseconds: 1_760_000_000_000), savedPermille: 420,
        bytes: (1...3).flatMap { Array(TillOrders.order($0).body.slice) })

    private static func dictionary(_ id: UInt16) -> BlockDictionary { BlockDictionary(id: id, bytes: row.bytes) }

    private static func fault(_ result: Result<StoredBlock, RowFault>?) -> String? {
        guard case .failure(let fault) = result else { return nil }
        return fault.text
    }

    @Test("a dictionary's row reads back, stands under its id, and no other key names it")
    func rows() throws {
        let key = DictionaryRow.key(4_096)
        #expect(key.array == [4, 0, 0, 16, 0])
        #expect(try DictionaryRow(Self.row.encoded(under: key).span.bytes, under: key.span) == Self.row)
        #expect(DictionaryRow.id(key.array.span.bytes) == 4_096)
        #expect(DictionaryRow.id([4, 0, 0, 16, 1].span.bytes) == nil)
        #expect(DictionaryRow.id([4, 0, 0, 0, 0].span.bytes) == nil)
        #expect(DictionaryRow.id([3, 0, 0, 0, 1].span.bytes) == nil)
        #expect(throws: RowFault.checksum) {
            _ = try DictionaryRow(Self.row.encoded(under: key).span.bytes, under: DictionaryRow.key(1).span)
        }
        let short = DictionaryRow(
            source: SourceID(rawValue: 0x8000_0005), learnedAt: Timestamp(milliseconds: 0x0199_C0DE_0000),
            savedPermille: 430, bytes: [1, 2, 3])
        #expect(
            Array(short.encoded(under: DictionaryRow.key(7)).dropLast(4)).hex == "01800000050199c0de000001ae0003010203")
    }

    @Test("small blocks are smaller with a dictionary, read back with it, and say which one it was")
    func roundTrip() throws {
        let tables = try TemporaryTables()
        try tables.put(7, Self.row)
        for count in [1, 2, 16] {
            let messages = (100..<100 + count).map(TillOrders.order)
            let plain = try BlockSample(messages)
            let sample = try BlockSample(messages, dictionary: Self.dictionary(7))
            #expect(sample.header.codec == .deflateWithDictionary)
            #expect(sample.header.dictionary == 7)
            #expect(sample.packed.stored.count < plain.packed.stored.count)
            try tables.put(sample.rows)
            let reader = BlockReader()
            let loaded = try #require(try tables.load(9, with: reader)).get()
            #expect(try reader.inflate(loaded).holds(messages))
        }
    }

    @Test("larger blocks, and what does not shrink, are written without")
    func without() throws {
        let many = try BlockSample((0..<17).map(TillOrders.order), dictionary: Self.dictionary(7))
        #expect(many.header.codec == .deflate)
        #expect(many.header.dictionary == 0)
        var random = RecordGenerator(seed: 71)
        let noise = try BlockSample(
            [OutgoingMessage(body: Bytes(random.bytes(300...300)))], dictionary: Self.dictionary(7))
        #expect(noise.header.codec == .stored)
        #expect(noise.header.dictionary == 0)
    }

    @Test("a block whose dictionary is missing or damaged is refused, and no other suffers")
    func missing() throws {
        let tables = try TemporaryTables()
        let messages = [TillOrders.order(50)]
        try tables.put(try BlockSample(messages, id: 9, dictionary: Self.dictionary(7)).rows)
        try tables.put(try BlockSample(messages, id: 10).rows)
        #expect(Self.fault(try tables.load(9))?.contains("missing") == true)
        let key = DictionaryRow.key(7)
        var bytes = Self.row.encoded(under: key)
        bytes[20] ^= 1
        try tables.environment.write { (transaction) throws(LMDBError) in
            try transaction.put(tables.tables.catalogue, key: key.span, value: bytes.span)
        }
        #expect(Self.fault(try tables.load(9))?.contains("damaged") == true)
        #expect(Self.fault(try tables.load(10)) == nil)
    }

    @Test("a header names a dictionary exactly with codec 2")
    func headers() throws {
        let sample = try BlockSample([TillOrders.order(1)], dictionary: Self.dictionary(0x0102))
        var fields = sample.header.fields + [0, 0, 0, 0]
        #expect(fields[1] == 2)
        #expect(Array(fields[14...15]) == [1, 2])
        #expect(try BlockHeader(fields.span.bytes) == sample.header)
        fields[1] = 1
        #expect(throws: RowFault.field("dictionary")) { _ = try BlockHeader(fields.span.bytes) }
        fields[1] = 2
        (fields[14], fields[15]) = (0, 0)
        #expect(throws: RowFault.field("dictionary")) { _ = try BlockHeader(fields.span.bytes) }
        fields[1] = 3
        #expect(throws: RowFault.field("codec")) { _ = try BlockHeader(fields.span.bytes) }
    }

    @Test("the index of a block is read without inflating its records")
    func index() throws {
        var random = RecordGenerator(seed: 72)
        let reader = BlockReader()
        for count in [1, 3, 16, 200] {
            let messages = try BlockSample.messages(count, byteCountMax: 400, &random)
            for dictionary in [nil, Self.dictionary(7)] {
                let sample = try BlockSample(messages, dictionary: dictionary)
                let stored = StoredBlock(
                    header: sample.header, bytes: sample.packed.stored,
                    dictionary: sample.header.dictionary == 0 ? nil : dictionary)
                let index = try reader.index(stored)
                #expect((0..<index.count).map { index.rawByteCount(slot: $0) } == messages.map(\.rawByteCount))
            }
        }
    }

    @Test("the book holds so many dictionaries and no more, and still finds the others")
    func book() throws {
        let tables = try TemporaryTables()
        for id in 1...9 { try tables.put(UInt16(id), Self.row) }
        let book = DictionaryBook(countMax: 4)
        for round in 0..<3 {
            for id in 1...9 {
                let found = try tables.environment.read { (transaction) throws(LMDBError) in
                    try book.dictionary(UInt16(id), tables.tables, transaction)
                }
                #expect(try found?.get().id == UInt16(id))
                #expect(book.count == min(4, round * 9 + id))
                #expect(book.held(UInt16(id)) != nil)
            }
        }
    }
}
