import PaymentNotice
import Testing

@Suite struct OrderRecordTests {
    static let hash = [UInt8](0..<32)
    static let message = OrderPaymentMessage(PaymentSamples.partner, storeID: "", source: .query)

    private func record() -> OrderRecord {
        OrderRecord(Self.message, bodyHash: Self.hash, receivedAtMillis: 1_760_000_000_123, state: .waiting)
    }

    private func full() -> OrderRecord {
        var record = record()
        record.repeatCount = UInt32.max
        record.firstPushAtMillis = 1
        record.lastPushAtMillis = Int64.max
        record.attemptCount = 7
        record.nextDueAtMillis = 3
        record.acknowledgedAtMillis = 4
        record.state = .dead
        record.setOutcome("server_error 503")
        return record
    }

    @Test("a row is read back as it was, new and full")
    func roundTrip() throws {
        for record in [record(), full()] {
            #expect(try OrderRecord.decode(record.encode()) == record)
        }
    }

    @Test("the bytes of a new row are these")
    func layout() {
        let bytes = record().encode()
        #expect(bytes[..<4] == [2, 1, 2, 0])
        #expect(bytes[4..<12] == [0, 0, 0, 0, 0, 0, 0x04, 0xE2])
        #expect(bytes[12..<20] == [0, 0, 0, 0, 0, 0, 0x03, 0xE8])
        #expect(Array(bytes[68..<100]) == Self.hash)
        let paidAt = UInt64(bitPattern: Self.message.timestampMillis)
        #expect(bytes[100..<108].reduce(0) { $0 << 8 | UInt64($1) } == paidAt)
        #expect(bytes[108] == 10)
        #expect(bytes.count == 108 + 11 + 24 + 1)
    }

    @Test("a row of version 1 is read: it does not know when the payer paid")
    func versionOne() throws {
        var bytes = full().encode()
        bytes[0] = 1
        bytes.removeSubrange(100..<108)
        var expected = full()
        expected.paidAtMillis = nil
        #expect(try OrderRecord.decode(bytes) == expected)
    }

    @Test("the mark of a payment against a restriction is kept, and is none of version 1")
    func prohibited() throws {
        var marked = full()
        marked.isProhibited = true
        #expect(try OrderRecord.decode(marked.encode()) == marked)
        var old = marked.encode()
        old[0] = 1
        old.removeSubrange(100..<108)
        #expect(throws: OrderRecordError.malformed(field: "flags")) { try OrderRecord.decode(old) }
    }

    @Test("the longest row fits its bound")
    func largest() throws {
        var transaction = PaymentSamples.partner
        transaction.merchantID = String(repeating: "9", count: 32)
        transaction.outTradeNo = String(repeating: "x", count: 64)
        let message = OrderPaymentMessage(transaction, storeID: "", source: .notice)
        var record = OrderRecord(message, bodyHash: Self.hash, receivedAtMillis: 1, state: .held)
        record.setOutcome(String(repeating: "o", count: 99))
        #expect(record.encode().count <= NoticeLimits.orderRecordByteCountMax)
        #expect(try OrderRecord.decode(record.encode()) == record)
    }

    @Test("an outcome is cut to 32 bytes at a character's border")
    func outcome() {
        var record = record()
        record.setOutcome(String(repeating: "支", count: 11))
        #expect(record.lastOutcome == String(repeating: "支", count: 10))
    }

    @Test("a row cut short, too long, of another version or with foreign codes is refused")
    func malformed() {
        let bytes = full().encode()
        for count in 0..<bytes.count {
            #expect(throws: OrderRecordError.self) { try OrderRecord.decode(Array(bytes[..<count])) }
        }
        #expect(throws: OrderRecordError.malformed(field: "end")) { try OrderRecord.decode(bytes + [0]) }
        for (position, error) in [
            (0, OrderRecordError.unknownVersion(9)), (1, .malformed(field: "state")), (2, .malformed(field: "source")),
            (3, .malformed(field: "flags")),
        ] {
            var damaged = bytes
            damaged[position] = 9
            #expect(throws: error) { try OrderRecord.decode(damaged) }
        }
    }

    @Test("another amount, merchant or order number under one transaction is a conflict; another source is not")
    func conflicts() {
        let record = record()
        #expect(!record.conflicts(with: PaymentSamples.partner))
        #expect(!record.conflicts(with: OrderPaymentMessage(PaymentSamples.partner, storeID: "7", source: .notice)))
        var other = PaymentSamples.partner
        other.amount += 1
        #expect(record.conflicts(with: other))
        #expect(record.conflicts(with: OrderPaymentMessage(other, storeID: "", source: .query)))
        other = PaymentSamples.partner
        other.outTradeNo = "other"
        #expect(record.conflicts(with: other))
        var otherRecord = record
        otherRecord.merchantID = "1"
        #expect(record.conflicts(with: otherRecord))
    }
}

@Suite struct RFC3339Tests {
    @Test(
        "a time with zone becomes milliseconds",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0),
            ("2025-10-09T16:53:20+08:00", 1_760_000_000_000),
            ("2025-10-09T16:53:20.5+08:00", 1_760_000_000_500), ("2025-10-09t08:53:20.123456z", 1_760_000_000_123),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("2025-10-09T03:23:20-05:30", 1_760_000_000_000),
        ] as [(String, Int64)])
    func reads(text: String, millis: Int64) {
        #expect(RFC3339.millis(text) == millis)
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "2025-10-09", "2025-10-09T16:53:20", "20251009165320", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z",
            "2025-04-31T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T00:00:61Z",
            "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+0800", "2025-01-01T00:00:00+24:00", "2025-01-01T00:00:00Zx",
            "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+08:00", "２０25-01-01T00:00:00Z", "2025-1-1T0:0:0Z",
        ])
    func refuses(text: String) {
        #expect(RFC3339.millis(text) == nil)
    }

    @Test("every day from 1970 to 2110 is written and read back")
    func everyDay() {
        for day: Int64 in 0..<51_135 {
            let millis = day * 86_400_000 + day * 1_693 % 86_400_000
            #expect(RFC3339.millis(RFC3339.utcText(millis: millis)) == millis)
        }
        #expect(RFC3339.utcText(millis: 1_760_000_000_007) == "2025-10-09T08:53:20.007Z")
        #expect(RFC3339.utcText(millis: 951_782_400_000) == "2000-02-29T00:00:00.000Z")
        #expect(RFC3339.utcText(millis: -1) == "1970-01-01T00:00:00.000Z")
    }
}
