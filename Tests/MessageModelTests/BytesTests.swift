import MessageModel
import Testing

@Suite struct BytesTests {
    @Test("bytes are equal by content, wherever they were cut from")
    func equality() {
        let buffer: [UInt8] = [0, 1, 2, 3, 1, 2]
        #expect(Bytes(buffer[1..<3]) == Bytes(buffer[4..<6]))
        #expect(Bytes(buffer[1..<3]).hashValue == Bytes(buffer[4..<6]).hashValue)
        #expect(Bytes(buffer[1..<3]) != Bytes(buffer[2..<4]))
        #expect(Bytes(buffer[1..<3]).detached() == Bytes([1, 2]))
    }

    @Test("text is nil where the bytes are not UTF-8")
    func text() {
        #expect(Bytes("支付").text == "支付")
        #expect(Bytes.empty.text == "")
        #expect(Bytes([0xFF]).text == nil)
        #expect(Bytes([0xC0, 0x80]).text == nil)
    }

    @Test("every refusal is a sentence of its own")
    func descriptions() {
        let errors: [BrokerError] = [
            .invalidName("1"), .invalidTag(""), .tooManyTags(count: 6), .propertiesTooLarge(byteCount: 9_000),
            .invalidIdempotencyKey(byteCount: 0), .bodyTooLarge(byteCount: 2, byteCountMax: 1), .invalidBatchCount(0),
            .batchTooLarge(byteCount: 3), .outOfRange("delay"), .queueNotFound("q"), .topicNotFound("t"),
            .subscriptionNotFound("s"),
            .alreadyExists("q"), .tooManyEntities("queues"), .noMatchingSubscription(topic: "t"), .receiptInvalid,
            .tooManyUnacknowledged(queue: "q"), .overloaded("w"), .storeFull("f"), .outcomeUnknown("o"), .rowConflict,
            .corrupted("c"),
            .closed, .cancelled, .storeInUse(path: "/p"), .storeUnusable("u"), .system(operation: "open", code: 2),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(BrokerError.bodyTooLarge(byteCount: 70, byteCountMax: 64).description.contains("at most 64"))
    }
}
