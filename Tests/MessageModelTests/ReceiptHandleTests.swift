import MessageModel
import Testing

@Suite struct ReceiptHandleTests {
    private static let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")

    private static func random(_ generator: inout SeededGenerator) -> ReceiptHandle {
        ReceiptHandle(
            queue: QueueID(rawValue: UInt32(truncatingIfNeeded: generator.next())), sequence: generator.next(),
            deliveryNumber: UInt32(truncatingIfNeeded: generator.next()), authenticator: generator.next())
    }

    @Test("a handle is read back from its text, 32 characters that are safe in a URL")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let handle = Self.random(&generator)
            #expect(handle.text.count == 32)
            #expect(handle.text.allSatisfy { Self.alphabet.contains($0) })
            #expect(ReceiptHandle(text: handle.text) == handle)
        }
    }

    @Test("the smallest and the greatest handle have these texts")
    func edges() {
        let zero = ReceiptHandle(queue: QueueID(rawValue: 0), sequence: 0, deliveryNumber: 0, authenticator: 0)
        let all = ReceiptHandle(
            queue: QueueID(rawValue: .max), sequence: .max, deliveryNumber: .max, authenticator: .max)
        #expect(zero.text == String(repeating: "A", count: 32))
        #expect(all.text == String(repeating: "-", count: 32))
        #expect(ReceiptHandle(text: zero.text) == zero)
        #expect(ReceiptHandle(text: all.text) == all)
    }

    @Test("the text is queue, sequence, delivery number and authenticator, in this order")
    func layout() {
        let handle = ReceiptHandle(
            queue: QueueID(rawValue: 0x0001_0203), sequence: 0x0405_0607_0809_0A0B, deliveryNumber: 0x0C0D_0E0F,
            authenticator: 0x1011_1213_1415_1617)
        #expect(handle.text == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")
    }

    @Test("any changed character is another handle or none")
    func changed() {
        var generator = SeededGenerator(seed: 4)
        let handle = Self.random(&generator)
        for position in 0..<32 {
            for character in Self.alphabet {
                var text = Array(handle.text)
                guard text[position] != character else { continue }
                text[position] = character
                #expect(ReceiptHandle(text: String(text)) != handle)
            }
        }
    }

    @Test(
        "garbage is refused",
        arguments: [
            "", "A", String(repeating: "A", count: 31), String(repeating: "A", count: 33),
            String(repeating: "A", count: 31) + "=",
            String(repeating: "A", count: 31) + "+", String(repeating: "A", count: 31) + "/",
            String(repeating: "A", count: 31) + " ",
            String(repeating: "A", count: 31) + "\n", String(repeating: "A", count: 31) + "\0",
            String(repeating: "A", count: 30) + "é",
            String(repeating: "é", count: 32), String(repeating: "é", count: 16),
        ])
    func garbage(text: String) {
        #expect(ReceiptHandle(text: text) == nil)
    }
}
