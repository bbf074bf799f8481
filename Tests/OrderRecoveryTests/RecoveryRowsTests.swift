import Engine
import MessageModel
import PaymentEntry
import TestSupport
import Testing

@testable import OrderRecovery

@Suite("Rows of announcements")
struct RecoveryRowsTests {
    private static func sample(_ random: inout SeededGenerator) -> RecoveryCase {
        func text(_ most: Int) -> String {
            String(
                (0..<(random.next() % UInt64(most + 1))).map { _ in
                    Character(UnicodeScalar(UInt8(97 + random.next() % 26)))
                })
        }
        let kind: AnnouncementKey.Kind = random.next() % 2 == 0 ? .order : .refund
        let announcement = Announcement(
            key: AnnouncementKey(kind, merchantID: text(32), number: text(64)),
            amountFen: Int64(bitPattern: random.next()), orderNumber: text(32),
            announcedAtMillis: Int64(random.next() >> 20), endsAtMillis: Int64(random.next() >> 20))
        return RecoveryCase(
            open: OpenAnnouncement(number: random.next(), announcement: announcement),
            dueAtMillis: Int64(random.next() >> 20), tryCount: Int(random.next() % 65_536),
            notFoundCount: Int(random.next() % 256), isStored: true)
    }

    private static func row(_ one: RecoveryCase) -> Row {
        Row(key: RecoveryRows.key(one.open.number), value: RecoveryRows.encode(one))
    }

    @Test("a row reads back as it was written, within the store's bounds")
    func roundTrip() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let one = Self.sample(&random)
            let row = Self.row(one)
            #expect(RecoveryRows.decode(row) == one)
            #expect(row.value.count <= Limits.stateValueByteCountMax)
        }
    }

    @Test("keys stand in the order of the numbers")
    func order() {
        let keys = [1, 255, 256, 65_536, UInt64.max].map { Array(RecoveryRows.key($0).slice) }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }

    @Test("what is cut, prolonged or of another version is no row")
    func damaged() {
        var random = SeededGenerator(seed: 4)
        let row = Self.row(Self.sample(&random))
        let bytes = Array(row.value.slice)
        for count in 0..<bytes.count {
            #expect(RecoveryRows.decode(Row(key: row.key, value: Bytes(Array(bytes[..<count])))) == nil)
        }
        #expect(RecoveryRows.decode(Row(key: row.key, value: Bytes(bytes + [0]))) == nil)
        #expect(RecoveryRows.decode(Row(key: row.key, value: Bytes([2] + bytes.dropFirst()))) == nil)
        #expect(RecoveryRows.decode(Row(key: row.key, value: Bytes([1, 9] + bytes.dropFirst(2)))) == nil)
        #expect(RecoveryRows.decode(Row(key: Bytes([1]), value: row.value)) == nil)
    }
}
