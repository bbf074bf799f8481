import Testing

@testable import Deflate

@Suite struct CRC32CTests {
    private static func softly(_ bytes: [UInt8]) -> UInt32 { ~CRC32C.softly(0xFFFF_FFFF, bytes.span.bytes) }

    @Test("the check value is the published one, by instruction and by table")
    func checkValue() {
        let digits = Array("123456789".utf8)
        #expect(CRC32C.of(digits.span) == 0xE306_9283)
        #expect(Self.softly(digits) == 0xE306_9283)
    }

    /// RFC 3720, appendix B.4.
    @Test("32 zeros, ones, rising and falling bytes have the checksums of RFC 3720")
    func rfc3720() {
        let inputs: [([UInt8], UInt32)] = [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 255, count: 32), 0x62A8_AB43),
            ((0..<32).map { UInt8($0) }, 0x46DD_794E), ((0..<32).reversed().map { UInt8($0) }, 0x113F_DB5C),
        ]
        for (bytes, expected) in inputs {
            #expect(CRC32C.of(bytes.span) == expected)
            #expect(Self.softly(bytes) == expected)
        }
    }

    @Test("instruction and table agree on every length and on random ones")
    func agreement() {
        var random = SeededGenerator(seed: 1)
        for count in Array(0...130) + (0..<40).map({ _ in Int.random(in: 131...5_000, using: &random) }) {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(CRC32C.of(bytes.span) == Self.softly(bytes))
        }
    }

    @Test("a checksum of parts is the checksum of the whole, wherever it is cut")
    func parts() {
        var random = SeededGenerator(seed: 2)
        let bytes = (0..<67).map { _ in UInt8.random(in: 0...255, using: &random) }
        let whole = CRC32C.of(bytes.span)
        for cut in 0...bytes.count {
            var checksum = CRC32C()
            checksum.add(Array(bytes[..<cut]).span)
            checksum.add(Array(bytes[cut...]).span)
            #expect(checksum.value == whole)
        }
        #expect(CRC32C().value == 0)
    }

    @Test("every flipped bit changes the checksum")
    func flips() {
        var random = SeededGenerator(seed: 3)
        var bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
        let whole = CRC32C.of(bytes.span)
        for bit in 0..<bytes.count * 8 {
            bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
            #expect(CRC32C.of(bytes.span) != whole)
            bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
        }
    }
}
