import Engine
import MessageModel
import Testing

@testable import QueueStore

/// The catalogue and the payload header as fixed bytes; see ``RecordVectorTests``.
@Suite struct RecordCatalogueVectorTests {
    private static let moment = Timestamp(milliseconds: 1_760_000_000_123)

    @Test("the format row")
    func format() throws {
        var row = FormatRow(keys: (0x0011_2233_4455_6677, 0x8899_AABB_CCDD_EEFF, 1, .max))
        (row.nextQueueID, row.nextTopicID, row.revision) = (12, 3, 44)
        let bytes = try [UInt8](
            hex: "0100010000000100112233445566778899aabbccddeeff0000000000000001ffffffffffffffff0000000c000000"
                + "03000000000000002c079e29a9")
        (row.major, row.oldestReader) = (1, 1)
        #expect(row.encoded(under: CatalogueKind.formatKey).hex == bytes.hex)
        let read = try FormatRow(bytes.span.bytes, under: CatalogueKind.formatKey.span)
        #expect(read == row)
        #expect([read.major, read.minor, read.oldestReader] == [1, 0, 1])
        #expect([read.nextQueueID, read.nextTopicID] == [12, 3])
    }

    @Test("a queue's row")
    func queue() throws {
        let id = QueueID(rawValue: 7)
        let key = Keys.catalogue(kind: CatalogueKind.queue, id: 7)
        let entry = QueueEntry(
            id: id, name: "Orders-CN", attributes: QueueAttributes(visibilityMillis: 45_000, bodyByteCountMax: 65_536))
        let bytes = try [UInt8](hex: "0100094f72646572732d434e010008000000000000afc80200080000000000010000d5a0b85f")
        #expect(QueueRow.encode(entry, under: key).hex == bytes.hex)
        let read = try QueueRow.decode(bytes.span.bytes, id: id, under: key.span)
        #expect(read == entry)
        #expect(read.name.text == "Orders-CN")
    }

    @Test("a topic's row")
    func topic() throws {
        let key = Keys.catalogue(kind: CatalogueKind.topic, id: 5)
        let bytes = try [UInt8](hex: "0100087061796d656e7473b79703e1")
        let id = TopicID(rawValue: 5)
        let entry = TopicEntry(id: id, name: "payments", subscriptions: [])
        #expect(TopicRow.encode(entry, under: key).hex == bytes.hex)
        #expect(try TopicRow.decode(bytes.span.bytes, id: id, under: key.span) == entry)
    }

    @Test("a subscription's row, with tags and without")
    func subscription() throws {
        let queue = QueueID(rawValue: 7)
        let key = Keys.catalogue(kind: CatalogueKind.subscription, id: 5, second: 7)
        let tags = [try MessageTag("paid"), try MessageTag("退款")]
        let entry = SubscriptionEntry(name: "to-orders", queue: queue, filterTags: tags)
        let bytes = try [UInt8](hex: "0100020009746f2d6f7264657273020004706169640006e98080e6acbe2c1b6172")
        #expect(SubscriptionRow.encode(entry, order: 2, under: key).hex == bytes.hex)
        let read = try SubscriptionRow.decode(bytes.span.bytes, queue: queue, under: key.span)
        #expect(read.entry == entry)
        #expect(read.order == 2)
        let all = SubscriptionEntry(name: "to-orders", queue: queue, filterTags: [])
        #expect(SubscriptionRow.encode(all, order: 0, under: key).hex == "0100000009746f2d6f726465727300c264aa1b")
    }

    @Test("a block header's fields")
    func blockHeader() throws {
        let header = BlockHeader(
            codec: .deflate, count: 64, rawByteCount: 32_832, storedByteCount: 9_500, partCount: 3, cutAt: Self.moment,
            source: .topic(TopicID(rawValue: 5)), firstSequence: 1_001)
        let bytes = try [UInt8](hex: "01010040000080400000251c000300000199c82cc07b00008000000500000000000003e9")
        #expect(header.fields.hex == bytes.hex)
        #expect(try BlockHeader((bytes + [0, 0, 0, 0]).span.bytes) == header)
        #expect(BlockHeader.byteCount == bytes.count + 4)
    }

    @Test("keys are big-endian numbers in the paper's order")
    func keys() {
        let queue = QueueID(rawValue: 0x0102_0304)
        #expect(Keys.payload(block: 0x0102_0304_0506_0708, part: 0x090A).array.hex == "0102030405060708090a")
        #expect(Keys.entry(EntryID(queue: queue, first: 0x0506_0708_090A_0B0C)).array.hex == "0102030405060708090a0b0c")
        #expect(Keys.refs(block: 1).array.hex == "0000000000000001")
        let due = DueID(at: Timestamp(milliseconds: 0x0102_0304_0506), kind: .member, queue: queue, sequence: 5)
        #expect(Keys.due(due).array.hex == "01020304050602010203040000000000000005")
        #expect(
            Keys.once(bucket: 1, scope: 2, hash: (3, 4)).array.hex == "000000010000000200000000000000030000000000000004"
        )
        #expect(Keys.store.array.hex == "0000000000")
        #expect(Keys.queue(queue).array.hex == "0101020304")
        #expect(Keys.topic(TopicID(rawValue: 5)).array.hex == "0200000005")
        #expect(Keys.catalogue(kind: 3, id: 5, second: 7).array.hex == "030000000500000007")
        #expect(Keys.state(ConsumerID(rawValue: 3), "ab").array.hex == "000000036162")
        #expect(Keys.order("420000").array.hex == "343230303030")
    }
}
