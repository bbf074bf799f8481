import MessageModel
import Testing

@Suite struct MessagePropertiesTests {
    private static func sample() throws -> MessageProperties {
        try MessageProperties(
            tags: [MessageTag("paid"), MessageTag("退款")], routingKey: "order.cn.paid",
            headers: [
                ("content-type", "application/json"), ("empty", ""), ("dup", "1"), ("dup", "2"),
            ])
    }

    private static func equal(_ left: [(name: String, value: String)], _ right: [(name: String, value: String)]) -> Bool
    {
        left.map(\.name) == right.map(\.name) && left.map(\.value) == right.map(\.value)
    }

    @Test("tags, routing key and headers come back as they went in, in order")
    func roundTrip() throws {
        let read = MessageProperties(stored: try Self.sample().encoded)
        #expect(read.tags.map(\.text) == ["paid", "退款"])
        #expect(read.routingKey == "order.cn.paid")
        #expect(
            Self.equal(
                read.headers,
                [("content-type", "application/json"), ("empty", ""), ("dup", "1"), ("dup", "2")]))
    }

    @Test("nothing takes no bytes")
    func none() throws {
        #expect(try MessageProperties().encoded.isEmpty)
        #expect(MessageProperties.none.tags.isEmpty)
        #expect(MessageProperties.none.routingKey == "")
        #expect(MessageProperties.none.headers.isEmpty)
    }

    @Test("the blob is kind, length, value")
    func layout() throws {
        let properties = try MessageProperties(tags: [MessageTag("ab")], routingKey: "r", headers: [("n", "v")])
        #expect(Array(properties.encoded.slice) == [1, 0, 2, 97, 98, 2, 0, 1, 114, 3, 0, 3, 110, 0, 118])
    }

    @Test("a blob cut anywhere yields the fields that are whole, and no more")
    func truncated() throws {
        let whole = try Self.sample()
        for count in 0..<whole.encoded.count {
            let cut = MessageProperties(stored: Bytes(whole.encoded.slice.prefix(count)))
            #expect(whole.tags.starts(with: cut.tags))
            #expect(cut.routingKey == "" || cut.routingKey == whole.routingKey)
            #expect(Self.equal(Array(whole.headers.prefix(cut.headers.count)), cut.headers))
            let fields = cut.tags.count + (cut.routingKey == "" ? 0 : 1) + cut.headers.count
            #expect(fields < 7)
        }
    }

    @Test("a blob is read from the middle of a shared buffer")
    func slice() throws {
        let encoded = try Self.sample().encoded
        let buffer = [UInt8](repeating: 1, count: 17) + Array(encoded.slice) + [1, 0, 1, 120]
        let read = MessageProperties(stored: Bytes(buffer[17..<17 + encoded.count]))
        #expect(read.tags.map(\.text) == ["paid", "退款"])
        #expect(read.headers.count == 4)
    }

    @Test("fields of an unknown kind are skipped")
    func unknownKind() {
        let read = MessageProperties(stored: Bytes([9, 0, 2, 1, 1, 1, 0, 1, 120, 0, 0, 0, 2, 0, 1, 121]))
        #expect(read.tags.map(\.text) == ["x"])
        #expect(read.routingKey == "y")
    }

    @Test("random bytes never trap")
    func random() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...3, using: &generator)
            }
            let read = MessageProperties(stored: Bytes(bytes))
            #expect(read.tags.count * 3 + read.headers.count * 3 <= bytes.count)
            #expect(read.routingKey.utf8.count <= bytes.count * 3)
        }
    }

    @Test(
        "a header name that is empty or holds NUL is refused: it could not be read back", arguments: ["", "\0", "a\0b"])
    func headerNames(name: String) {
        #expect(throws: BrokerError.outOfRange("header name: not empty, without NUL")) {
            try MessageProperties(headers: [(name, "v")])
        }
    }

    @Test("a header value may hold NUL")
    func headerValue() throws {
        let read = try MessageProperties(headers: [("n", "a\0b")]).headers
        #expect(Self.equal(read, [("n", "a\0b")]))
    }

    @Test("six tags are too many")
    func tooManyTags() throws {
        let tags = try (0..<6).map { try MessageTag("t\($0)") }
        #expect(try MessageProperties(tags: Array(tags.prefix(5))).tags.count == 5)
        #expect(throws: BrokerError.tooManyTags(count: 6)) { try MessageProperties(tags: tags) }
    }

    @Test("8,192 bytes fit, one more does not")
    func tooLarge() throws {
        #expect(try MessageProperties(routingKey: String(repeating: "k", count: 8_189)).encoded.count == 8_192)
        #expect(throws: BrokerError.propertiesTooLarge(byteCount: 8_193)) {
            try MessageProperties(routingKey: String(repeating: "k", count: 8_190))
        }
        #expect(throws: BrokerError.propertiesTooLarge(byteCount: 70_000)) {
            try MessageProperties(routingKey: String(repeating: "k", count: 70_000))
        }
        let half = String(repeating: "v", count: 4_096)
        #expect(throws: BrokerError.propertiesTooLarge(byteCount: 2 * (3 + 2 + 4_096))) {
            try MessageProperties(headers: [("a", half), ("b", half)])
        }
    }
}
