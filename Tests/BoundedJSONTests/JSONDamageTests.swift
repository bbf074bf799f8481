import BoundedJSON
import Testing

/// SplitMix64: the same seed gives the same damage on every machine.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct JSONDamageTests {
    static let sample = Array(
        #"{"id":"5b28","n":[0,-12,3.25e-7,true,false,null],"支付":"成功\n\u652f\ud83d\ude00","o":{"a":{},"b":[[]]}}"#.utf8)

    /// Walks everything, so that a wrong index would trap here.
    private func walk(_ value: JSONValue) -> Int {
        _ = (value.string, value.stringBytes, value.int64, value.numberText, value.bool, value.rawBytes)
        return 1 + (value.array ?? []).reduce(0) { $0 + walk($1) }
            + (value.members ?? []).reduce(0) { $0 + walk($1.value) }
    }

    @Test("no prefix of an object is accepted")
    func truncation() throws {
        for count in 0..<Self.sample.count {
            #expect(throws: JSONError.self) { try JSONValue.parse(Array(Self.sample[..<count])) }
        }
        #expect(walk(try JSONValue.parse(Self.sample)) == 14)
    }

    @Test("any single byte put in any place is either refused or read without a trap")
    func everySingleByte() {
        var acceptedCount = 0
        var refusedCount = 0
        for position in Self.sample.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = Self.sample
                damaged[position] = byte
                guard let value = try? JSONValue.parse(damaged) else {
                    refusedCount += 1
                    continue
                }
                acceptedCount += 1
                _ = walk(value)
            }
        }
        #expect(acceptedCount + refusedCount == Self.sample.count * 256)
        #expect(refusedCount > acceptedCount)
    }

    @Test("random cuts, doublings and noise never trap")
    func randomDamage() {
        var generator = SeededGenerator(state: 20_251_009)
        for _ in 0..<5_000 {
            var damaged = Self.sample
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0..<damaged.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged.remove(at: position)
                case 1: damaged.insert(UInt8.random(in: 0...255, using: &generator), at: position)
                default: damaged.insert(contentsOf: damaged[position...].prefix(9), at: position)
                }
            }
            if let value = try? JSONValue.parse(damaged) { #expect(walk(value) > 0) }
        }
    }

    @Test("what the writer writes, the reader reads back")
    func roundTrip() throws {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &generator)) ?? "?"
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            let number = Int64.random(in: Int64.min...Int64.max, using: &generator)
            var writer = JSONWriter()
            writer.beginArray()
            writer.string(text)
            writer.integer(number)
            writer.beginObject()
            writer.member(text, text)
            writer.endObject()
            writer.endArray()
            let elements = try #require(try JSONValue.parse(writer.bytes).array)
            #expect(elements[0].stringBytes == Array(text.utf8))
            #expect(elements[1].int64 == number)
            #expect(elements[2][text]?.stringBytes == Array(text.utf8))
        }
    }
}
