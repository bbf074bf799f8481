import MessageModel
import Testing

/// Published test vectors of SipHash-2-4 (key 00…0f, input 00, 01, … of the length given), bytes as printed there.
@Suite struct SipHashTests {
    private static let hash = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908)

    private static func input(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0) } }

    private static func hex(_ words: UInt64...) -> String {
        words.map { word in
            (0..<8).map { index in
                let byte = word >> UInt64(8 * index) & 255
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }.joined()
    }

    @Test(
        "64 bits agree with the published vectors",
        arguments: [
            (0, "310e0edd47db6f72"), (1, "fd67dc93c539f874"), (2, "5a4fa9d909806c0d"), (3, "2d7efbd796666785"),
            (4, "b7877127e09427cf"), (5, "8da699cd64557618"), (6, "cee3fe586e46c9cb"), (7, "37d1018bf50002ab"),
            (8, "6224939a79f5f593"), (9, "b0e4a90bdf82009e"), (15, "e545be4961ca29a1"), (16, "db9bc2577fcc2a3f"),
            (31, "42c341d8fa92d832"), (32, "ce7cf2722f512771"), (62, "575ff28e60381be5"), (63, "724506eb4c328a95"),
        ])
    func vectors64(count: Int, expected: String) {
        #expect(Self.hex(Self.hash.hash64(Self.input(count).span)) == expected)
    }

    @Test(
        "128 bits agree with the published vectors",
        arguments: [
            (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
            (2, "8177228da4a45dc7fca38bdef60affe4"), (3, "9c70b60c5267a94e5f33b6b02985ed51"),
            (4, "f88164c12d9c8faf7d0f6e7c7bcd5579"), (5, "1368875980776f8854527a07690e9627"),
            (6, "14eeca338b208613485ea0308fd7a15e"), (7, "a1f1ebbed8dbc153c0b84aa61ff08239"),
            (8, "3b62a9ba6258f5610f83e264f31497b4"), (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
            (16, "6ee2a4ca67b054bbfd3315bf85230577"), (63, "5150d1772f50834a503e069a973fbd7c"),
        ])
    func vectors128(count: Int, expected: String) {
        let (first, second) = Self.hash.hash128(Self.input(count).span)
        #expect(Self.hex(first, second) == expected)
    }

    @Test("two words hash as their sixteen little-endian bytes")
    func words() {
        #expect(Self.hash.hash64(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908) == Self.hash.hash64(Self.input(16).span))
    }

    @Test("another key, another hash")
    func keys() {
        let plain = Self.hash.hash64(Self.input(20).span)
        for bit in UInt64(0)..<64 {
            let first = SipHash(key0: 0x0706_0504_0302_0100 ^ 1 << bit, key1: 0x0f0e_0d0c_0b0a_0908)
            let second = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908 ^ 1 << bit)
            #expect(first.hash64(Self.input(20).span) != plain)
            #expect(second.hash64(Self.input(20).span) != plain)
        }
    }
}
