import Engine
import MessageModel
import Testing

@testable import QueueStore

/// The on-disk format as fixed bytes, made from `store-design.md` §1 by other means than the code under test.
/// A change here is a new format version.
@Suite struct RecordVectorTests {
    private static let moment = Timestamp(milliseconds: 1_760_000_000_123)
    private static let entryKey = Keys.entry(EntryID(queue: QueueID(rawValue: 7), first: 42))

    private static func after(_ milliseconds: UInt64) -> Timestamp { moment.adding(milliseconds: milliseconds) }

    private static func set(_ members: Int...) -> MemberSet {
        var set = MemberSet()
        for member in members { set.insert(member) }
        return set
    }

    private static let details: [Int: DeliveryDetail?] = {
        let delayed = DeliveryDetail(
            deliveries: 2, isDelayed: true, firstReceivedAt: after(1_000), hiddenUntil: after(31_000))
        let released = DeliveryDetail(deliveries: 0x7FFF, firstReceivedAt: after(2_000), hiddenUntil: .zero)
        return [2: delayed, 3: delayed, 4: delayed, 7: released]
    }()

    @Test("an entry row without sections")
    func entryPlain() throws {
        let row = EntryRow(count: 3, block: 9, enqueuedAt: Self.moment)
        let bytes = try [UInt8](hex: "0100000300000000000000090199c82cc07b00003cd00040")
        #expect(row.encoded(under: Self.entryKey).hex == bytes.hex)
        #expect(try EntryRow(bytes.span.bytes, under: Self.entryKey.span) == row)
        #expect(bytes.count == 24)
    }

    @Test("an entry row of a shared block")
    func entryShared() throws {
        var row = EntryRow(count: 256, block: 9, enqueuedAt: Self.moment)
        row.isShared = true
        #expect(row.encoded(under: Self.entryKey).hex == "0140010000000000000000090199c82cc07b000013c300c4")
    }

    @Test("an entry row with every section")
    func entryFull() throws {
        var row = EntryRow(count: 10, block: 0x0102_0304_0506_0708, enqueuedAt: Self.moment)
        row.generation = 5
        row.slots = Self.set(0, 2, 3, 5, 8, 13, 21, 34, 55, 255)
        row.acknowledged = Self.set(1, 9)
        row.dueAt = Self.after(500_000)
        row.setDetails(Self.details)
        row.isShared = true
        let bytes = try [UInt8](
            hex: "016d000a01020304050607080199c82cc07b0500202d212000040080000000000000000000000000000000000000"
                + "000000000000800202020199c834619b00020002000380020199c82cc4630199c82d3993000700017fff0199c82c"
                + "c84b0000000000000916f7a6")
        #expect(row.encoded(under: Self.entryKey).hex == bytes.hex)
        #expect(try EntryRow(bytes.span.bytes, under: Self.entryKey.span) == row)
    }

    @Test("a delivery run")
    func deliveryRun() throws {
        let detail = DeliveryDetail(
            deliveries: 2, isDelayed: true, firstReceivedAt: Self.after(1_000), hiddenUntil: Self.after(31_000))
        let run = DeliveryRun(member: 2, count: 3, detail: detail)
        var row = RowWriter()
        run.write(to: &row)
        #expect(Array(row.bytes.dropFirst()).hex == "0002000380020199c82cc4630199c82d3993")
        #expect(row.bytes.count == 1 + 18)
    }

    @Test("a queue's counters, new and used")
    func queueCounters() throws {
        let key = Keys.queue(QueueID(rawValue: 7))
        var row = QueueCounters()
        let new =
            "01000000000000000100000000000000010000000000000000000000000000000000000000000000000000000000"
            + "00000000000000000000010000000001000000000000000000000000000000000000000000000000000000000000"
            + "e385c724"
        #expect(row.encoded(under: key).hex == new)
        (row.nextSequence, row.floor, row.waiting, row.delayed, row.kept) = (1_001, 900, 80, 7, 6)
        (row.rawBytes, row.handedMark, row.leaseHorizonMillis, row.isQuiet) = (123_456, 1_024, 30_000, false)
        (row.rewindGeneration, row.walkKind, row.walkPosition, row.walkEnd) = (3, 2, 950, 990)
        (row.sweepAt, row.lastEnqueuedAt) = (Self.after(7), Self.moment)
        let bytes = try [UInt8](
            hex: "0100000000000003e900000000000003840000000000000050000000000000000700000000000000060000000000"
                + "01e24000000000000004000000753000030200000000000003b600000000000003de0199c82cc0820199c82cc07b"
                + "ce6904a2")
        #expect(row.encoded(under: key).hex == bytes.hex)
        #expect(try QueueCounters(bytes.span.bytes, under: key.span) == row)
        #expect(bytes.count == 96)
    }

    @Test("a topic's counters")
    func topicCounters() throws {
        let key = Keys.topic(TopicID(rawValue: 5))
        var row = TopicCounters()
        (row.nextSequence, row.published, row.unmatched) = (77, 76, 4)
        let bytes = try [UInt8](hex: "01000000000000004d000000000000004c000000000000000469ae13b8")
        #expect(row.encoded(under: key).hex == bytes.hex)
        #expect(try TopicCounters(bytes.span.bytes, under: key.span) == row)
    }

    @Test("the store's counters")
    func storeCounters() throws {
        var row = StoreCounters()
        (row.groupNumber, row.nextBlock, row.clock) = (12_345, 678, Self.moment)
        (row.payloadPages, row.epoch, row.startCount) = (4_321, 2, 9)
        let bytes = try [UInt8](
            hex: "01000000000000303900000000000002a60199c82cc07b00000000000010e100000002000000097a59d662")
        #expect(row.encoded(under: Keys.store).hex == bytes.hex)
        #expect(try StoreCounters(bytes.span.bytes, under: Keys.store.span) == row)
    }

    @Test("an idempotency row")
    func once() throws {
        let key = Keys.once(bucket: 0x0200_0123, scope: 7, hash: (0x1111_2222_3333_4444, 0x5555_6666_7777_8888))
        let row = OnceRow(sequence: 42, expiresAt: Self.after(86_400_000), key: "order-20251009-1")
        let bytes = try [UInt8](hex: "01010001000000000000002a0199cd531c7b00106f726465722d32303235313030392d31282c650f")
        #expect(row.encoded(under: key).hex == bytes.hex)
        #expect(try OnceRow(bytes.span.bytes, under: key.span) == row)
    }

    @Test("a block's owners")
    func owners() throws {
        let key = Keys.refs(block: 0x0102_0304_0506_0708)
        let bytes = try [UInt8](hex: "0100000040ec64980a")
        #expect(BlockOwners(count: 64).encoded(under: key).hex == bytes.hex)
        #expect(try BlockOwners(bytes.span.bytes, under: key.span).count == 64)
    }

    @Test("a consumer's row, and an empty one")
    func consumer() throws {
        let key = Keys.state(ConsumerID(rawValue: 3), "cursor")
        let value = Bytes([0, 1] + Array("payload".utf8) + [255])
        let bytes = try [UInt8](hex: "0100017061796c6f6164ffefd569ae")
        #expect(ConsumerRow.encode(value, under: key).hex == bytes.hex)
        #expect(try ConsumerRow.decode(bytes.span.bytes, under: key.span) == value)
        #expect(ConsumerRow.encode(.empty, under: key).hex == "01bc8eb529")
    }
}
