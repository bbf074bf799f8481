import Deflate
import Testing

@Suite struct RoundTripTests {
    private static var byteCounts: [Int] {
        var random = SeededGenerator(seed: 9)
        let edges = [
            4_079, 4_080, 4_096, 16_383, 32_751, 32_752, 32_768, 32_769, 65_534, 65_535, 65_536, 69_999, 70_000,
        ]
        return Array(0...80) + edges + (0..<40).map { _ in Int.random(in: 81...70_000, using: &random) }
    }

    @Test("what was deflated inflates to the same bytes, at every length, with one stream for all")
    func lengths() throws {
        let deflater = try Deflater()
        let inflater = try Inflater()
        for count in Self.byteCounts {
            for raw in [Samples.noise(count, seed: 1), Samples.text(count), [UInt8](repeating: 7, count: count)] {
                var stored: [UInt8] = []
                let produced = try deflater.deflate(raw.span, appendingTo: &stored)
                #expect(produced == stored.count)
                let back = try Samples.inflated(stored, to: count, with: inflater)
                #expect(back == raw, "\(count) bytes")
            }
        }
    }

    @Test("parts of every size inflate to the same bytes")
    func parts() throws {
        for raw in [Samples.text(900), Samples.noise(150, seed: 2), [UInt8](repeating: 1, count: 3_000), [5], []] {
            let stored = try Samples.deflated(raw)
            for size in 1...stored.count {
                #expect(try Samples.inflated(stored, to: raw.count, partByteCount: size) == raw, "parts of \(size)")
            }
        }
    }

    @Test("empty parts change nothing")
    func emptyParts() throws {
        let raw = Samples.text(500)
        let stored = try Samples.deflated(raw)
        let nothing: [UInt8] = []
        let inflater = try Inflater()
        inflater.begin(rawByteCount: raw.count)
        try inflater.add(nothing.span)
        try inflater.add(stored.span)
        try inflater.add(nothing.span)
        #expect(try inflater.finish() == raw)
    }

    @Test("deflating appends and leaves what stood there")
    func appends() throws {
        let deflater = try Deflater()
        var output: [UInt8] = [1, 2, 3]
        let first = try deflater.deflate(Samples.text(400).span, appendingTo: &output)
        let second = try deflater.deflate(Samples.text(40).span, appendingTo: &output)
        #expect(Array(output[..<3]) == [1, 2, 3])
        #expect(output.count == 3 + first + second)
        #expect(try Samples.inflated(Array(output[3..<3 + first]), to: 400) == Samples.text(400))
        #expect(try Samples.inflated(Array(output[(3 + first)...]), to: 40) == Samples.text(40))
    }

    @Test("a reused stream gives the bytes a new one gives: nothing of the input before it is left")
    func reuse() throws {
        let deflater = try Deflater()
        var before: [UInt8] = []
        _ = try deflater.deflate(Samples.text(5_000).span, appendingTo: &before)
        var after: [UInt8] = []
        _ = try deflater.deflate(Samples.text(300).span, appendingTo: &after)
        #expect(try after == Samples.deflated(Samples.text(300)))
    }

    @Test("text shrinks and noise grows by less than one percent")
    func ratio() throws {
        #expect(try Samples.deflated(Samples.text(50_000)).count < 15_000)
        #expect(try Samples.deflated(Samples.noise(50_000, seed: 3)).count < 50_500)
    }
}
