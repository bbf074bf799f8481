import Engine
import MessageModel
import Testing

@testable import QueueStore

/// What format 3 brought, as fixed bytes made by other means than the code under test; see ``RecordVectorTests``.
@Suite struct RecordFormat3VectorTests {
    private static let moment = Timestamp(milliseconds: 1_760_000_000_123)
    private static let place = OncePlace(
        first: 0x1111_2222_3333_4444, second: 0x5555_6666_7777_8888, source: .queue(QueueID(rawValue: 7)))
    private static let day: UInt64 = 86_400_000

    private static func row(_ key: RowKey, _ body: (inout [UInt8]) -> Int) -> [UInt8] {
        var bytes: [UInt8] = []
        OnceRows.begin(&bytes)
        let count = body(&bytes)
        OnceRows.seal(&bytes, count: count, under: key)
        return bytes
    }

    @Test("a group's first answers, and the key of their row")
    func group() throws {
        let id = OnceGroupID(group: 12_345, part: 1)
        let key = Keys.onceGroup(id)
        #expect(key.array.hex == "f000000000000030390001")
        #expect(OnceGroupID(key.array.span.bytes) == id)
        let bytes = try [UInt8](
            hex:
                "01000211112222333344445555666677778888000000070200000000002a0199cd531c7b106f"
                + "726465722d32303235313030392d319999aaaabbbbccccddddeeeeffff0000800000050303ff"
                + "ffffffff019bcb28b07b016ba630d2af")
        let other = OncePlace(
            first: 0x9999_AAAA_BBBB_CCCC, second: 0xDDDD_EEEE_FFFF_0000, source: .topic(TopicID(rawValue: 5)))
        let made = Self.row(key) { row in
            OnceEntry.append(
                Self.place, .producer, "order-20251009-1", sequence: 42,
                expiresAt: Self.moment.adding(milliseconds: Self.day), to: &row)
            OnceEntry.append(
                other, .payment, "k", sequence: Limits.sequenceMax,
                expiresAt: Self.moment.adding(milliseconds: 100 * Self.day), to: &row)
            return 2
        }
        #expect(made.hex == bytes.hex)
        var found: [OnceEntry] = []
        try OnceRows.each(bytes.span.bytes, under: key.span) { entry, entries in
            let text = found.isEmpty ? "order-20251009-1" : "k"
            let isHeld = entry.holds(Array(text.utf8)[...], in: entries)
            #expect(isHeld)
            found.append(entry)
        }
        #expect(found.map(\.place) == [Self.place, other])
        #expect(found.map(\.lifetime) == [.producer, .payment])
        #expect(found.map(\.sequence) == [42, Limits.sequenceMax])
        #expect(found.map(\.expiresAt.milliseconds) == [1_760_086_400_123, 1_768_640_000_123])
    }

    @Test("a row of a run, and its key")
    func run() throws {
        let run = OnceRunID(bucket: 0x0200_41EB, level: 2, number: 678)
        let key = Keys.onceRun(run, from: Self.place)
        #expect(key.array.hex == "20020041eb0200000000000002a61111222233334444555566667777888800000007")
        #expect(OnceRunID(key.array.span.bytes) == run)
        let bytes = try [UInt8](
            hex:
                "01000211112222333344445555666677778888000000070200000000002a0199cd531c7b106f"
                + "726465722d32303235313030392d3111112222333344445555666677778888000000090200"
                + "000000002b0199cd531c7b106f726465722d32303235313030392d311e74213b")
        let expiry = Self.moment.adding(milliseconds: Self.day)
        let other = OncePlace(
            first: Self.place.first, second: Self.place.second, source: .queue(QueueID(rawValue: 9)))
        let made = Self.row(key) { row in
            OnceEntry.append(Self.place, .producer, "order-20251009-1", sequence: 42, expiresAt: expiry, to: &row)
            OnceEntry.append(other, .producer, "order-20251009-1", sequence: 43, expiresAt: expiry, to: &row)
            return 2
        }
        #expect(made.hex == bytes.hex)
        try OnceRows.each(bytes.span.bytes, under: key.span) { entry, _ in #expect(entry.bucket == run.bucket) }
    }

    @Test("keys of other kinds are none of these")
    func otherKeys() {
        let single = Keys.once(bucket: 1, scope: 2, hash: (3, 4)).array
        #expect(OnceRunID(single.span.bytes) == nil)
        #expect(OnceGroupID(single.span.bytes) == nil)
        #expect(OnceGroupID(Keys.trace(.queue(QueueID(rawValue: 1)), 2).array.span.bytes) == nil)
    }
}
