import Deflate
import Testing

@Suite struct PresetDictionaryTests {
    private static func order(_ number: Int) -> [UInt8] {
        Array(
            "{\"transaction_id\":\"42000\(number &* 7_919)\",\"amount\":{\"total\":\(number % 97)},\"state\":\"SUCCESS\"}"
                .utf8)
    }

    private static let dictionary = order(1) + order(2) + order(3)

    private static func deflated(_ raw: [UInt8], _ deflater: Deflater? = nil) throws -> [UInt8] {
        let deflater = if let deflater { deflater } else { try Deflater() }
        var output: [UInt8] = []
        _ = try deflater.deflate(raw.span, dictionary: dictionary.span, appendingTo: &output)
        return output
    }

    private static func inflated(
        _ stored: [UInt8], to count: Int, dictionary: [UInt8], with inflater: Inflater? = nil, partByteCount: Int = .max
    ) throws(DeflateError) -> [UInt8] {
        let inflater = if let inflater { inflater } else { try Inflater() }
        inflater.begin(rawByteCount: count)
        try inflater.use(dictionary: dictionary.span)
        var offset = 0
        while offset < stored.count {
            let end = partByteCount < stored.count - offset ? offset + partByteCount : stored.count
            try inflater.add(Array(stored[offset..<end]).span)
            offset = end
        }
        return try inflater.finish()
    }

    @Test("what was deflated with a dictionary inflates with it, at every length and in parts of every size")
    func roundTrip() throws {
        let deflater = try Deflater()
        let inflater = try Inflater()
        for count in Array(0...60) + [500, 4_096, 40_000, 70_000] {
            for raw in [Samples.text(count), Samples.noise(count, seed: 4)] {
                let stored = try Self.deflated(raw, deflater)
                #expect(
                    try Self.inflated(stored, to: count, dictionary: Self.dictionary, with: inflater) == raw, "\(count)"
                )
            }
        }
        let raw = Self.order(77)
        let stored = try Self.deflated(raw)
        for size in 1...stored.count {
            #expect(try Self.inflated(stored, to: raw.count, dictionary: Self.dictionary, partByteCount: size) == raw)
        }
    }

    @Test("a message like the dictionary shrinks to less than half of what it is without")
    func saving() throws {
        let raw = Self.order(12_345)
        #expect(try Self.deflated(raw).count * 2 < Samples.deflated(raw).count)
    }

    @Test("one stream switches between dictionaries and none: nothing of one is left in the next")
    func switching() throws {
        let deflater = try Deflater()
        let raw = Self.order(5)
        let with = try Self.deflated(raw)
        let without = try Samples.deflated(raw)
        let inflater = try Inflater()
        for _ in 0..<3 {
            #expect(try Self.deflated(raw, deflater) == with)
            var plain: [UInt8] = []
            _ = try deflater.deflate(raw.span, appendingTo: &plain)
            #expect(plain == without)
            #expect(try Self.inflated(with, to: raw.count, dictionary: Self.dictionary, with: inflater) == raw)
            #expect(try Samples.inflated(without, to: raw.count, with: inflater) == raw)
        }
    }

    @Test("without the dictionary, or with another one, the bytes do not come back")
    func wrongDictionary() throws {
        let raw = Self.order(9)
        let stored = try Self.deflated(raw)
        #expect(throws: DeflateError.self) { _ = try Samples.inflated(stored, to: raw.count) }
        let other = [UInt8](repeating: 7, count: Self.dictionary.count)
        #expect((try? Self.inflated(stored, to: raw.count, dictionary: other)) != raw)
    }

    @Test("the first bytes are inflated alone, from parts of every size, with a dictionary and without")
    func prefix() throws {
        let raw = Samples.text(3_000)
        for (stored, dictionary) in [(try Samples.deflated(raw), nil), (try Self.deflated(raw), Self.dictionary)] {
            let inflater = try Inflater()
            for wanted in [0, 1, 7, 300, 2_999, 3_000] {
                for size in [1, 5, 64, stored.count] {
                    inflater.begin(prefixByteCount: wanted)
                    if let dictionary { try inflater.use(dictionary: dictionary.span) }
                    for offset in stride(from: 0, to: stored.count, by: size) {
                        try inflater.add(Array(stored[offset..<min(offset + size, stored.count)]).span)
                    }
                    #expect(try inflater.finish() == Array(raw[..<wanted]), "\(wanted) of parts of \(size)")
                }
            }
        }
    }

    @Test("a stream that is shorter than the wanted prefix, cut or damaged before its end is refused")
    func badPrefix() throws {
        let raw = Samples.text(400)
        let stored = try Samples.deflated(raw)
        let inflater = try Inflater()
        inflater.begin(prefixByteCount: 401)
        try inflater.add(stored.span)
        #expect(throws: DeflateError.lengthMismatch(expected: 401)) { _ = try inflater.finish() }
        inflater.begin(prefixByteCount: 400)
        try inflater.add(Array(stored[..<20]).span)
        #expect(throws: DeflateError.malformed) { _ = try inflater.finish() }
        inflater.begin(prefixByteCount: 10)
        #expect(throws: DeflateError.malformed) { try inflater.add([0xFF, 0xFF, 0xFF].span) }
        // The next use begins anew.
        #expect(try Samples.inflated(stored, to: 400, with: inflater) == raw)
    }
}
