/// SplitMix64: the same seed gives the same damage on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Damage of the kinds networks and attackers do.
enum Damage {
    /// Pieces that mean something to one of the readers.
    static let pieces = [
        "<xml>", "</xml>", "<![CDATA[", "]]>", "&#x41;", "&amp;", "&", "<!DOCTYPE", "<?", "<!--", "<a/>", "\u{0}",
        "\u{FEFF}",
        "{", "}", "[", "]", "\"", "\\u0041", "\\ud800", "99999999999999999999999", "1e999", "-", ";", "charset=",
        "\r\n", "深",
    ].map { Array($0.utf8) }

    /// One to four random changes.
    static func done(to whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.removeSubrange(position...)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
            case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: position)
            case 3: bytes.insert(contentsOf: bytes[position...].prefix(24), at: position)
            case 4 where position < bytes.count: bytes.remove(at: position)
            default:
                guard position < bytes.count else { continue }
                bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return bytes
    }
}
