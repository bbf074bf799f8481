import MessageModel
import Testing

@Suite struct NamesAndKeysTests {
    @Test(
        "a letter, then letters, digits, - and _ make a name",
        arguments: ["a", "Z", "a1", "a-b_c", "Orders-2025_x", "a" + String(repeating: "9", count: 63)])
    func valid(text: String) throws {
        #expect(try EntityName(text).text == text)
        #expect(try EntityName(text).description == text)
    }

    @Test(
        "anything else is no name",
        arguments: [
            "", "1a", "-a", "_a", "a b", "a.b", "a/b", "a\n", "a\0", "é", "aé", "订单",
            "a" + String(repeating: "9", count: 64),
            String(repeating: "e\u{301}", count: 3), "\u{212A}elvin",
        ])
    func invalid(text: String) {
        #expect(throws: BrokerError.invalidName(String(text.prefix(65)))) { try EntityName(text) }
    }

    @Test("the refusal of a long name does not carry the whole of it")
    func longName() {
        let text = String(repeating: "a", count: 100_000)
        #expect(throws: BrokerError.invalidName(String(repeating: "a", count: 65))) { try EntityName(text) }
    }

    @Test("names that differ in case only are the same name")
    func folding() {
        let lower: EntityName = "orders-z"
        let upper: EntityName = "ORDERS-Z"
        #expect(lower == upper)
        #expect(Set([lower, upper]).count == 1)
        #expect(upper.text == "ORDERS-Z")
        #expect(lower != "orders_z")
        #expect(upper.folded == Array("orders-z".utf8))
    }

    @Test("a tag has 1 to 64 bytes")
    func tags() throws {
        #expect(try MessageTag("x").text == "x")
        #expect(try MessageTag(String(repeating: "é", count: 32)).bytes.count == 64)
        #expect(throws: BrokerError.invalidTag("")) { try MessageTag("") }
        let long = String(repeating: "é", count: 32) + "x"
        #expect(throws: BrokerError.invalidTag(long)) { try MessageTag(long) }
    }

    @Test("an idempotency key has 1 to 128 bytes")
    func keys() throws {
        #expect(try IdempotencyKey("k").bytes == "k")
        #expect(try IdempotencyKey("k").lifetime == .producer)
        #expect(try IdempotencyKey(Bytes([UInt8](repeating: 0, count: 128)), lifetime: .payment).bytes.count == 128)
        #expect(throws: BrokerError.invalidIdempotencyKey(byteCount: 0)) { try IdempotencyKey("") }
        #expect(throws: BrokerError.invalidIdempotencyKey(byteCount: 129)) {
            try IdempotencyKey(Bytes([UInt8](repeating: 0, count: 129)))
        }
        #expect(throws: BrokerError.invalidIdempotencyKey(byteCount: 130)) {
            try IdempotencyKey(String(repeating: "é", count: 65))
        }
    }

    @Test("keys of the same bytes differ where their lifetimes do")
    func lifetimes() throws {
        #expect(try IdempotencyKey("k", lifetime: .replayGuard) != IdempotencyKey("k", lifetime: .producer))
        #expect(IdempotencyKey.Lifetime.replayGuard.milliseconds == 600_000)
        #expect(IdempotencyKey.Lifetime.producer.milliseconds == 86_400_000)
        #expect(IdempotencyKey.Lifetime.payment.milliseconds == 8_640_000_000)
    }
}
