/// Whether bytes are UTF-8 of RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    /// Checks one run of a buffer.
    static func accepts(_ bytes: borrowing MutableSpan<UInt8>, _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        let end = range.upperBound
        while position < end {
            let first = bytes[position]
            position += 1
            if first < 0x80 { continue }
            guard let shape = shape(of: first), position < end, shape.second.contains(bytes[position]) else {
                return false
            }
            position += 1
            for _ in 1..<shape.continuationCount {
                guard position < end, bytes[position] & 0xC0 == 0x80 else { return false }
                position += 1
            }
        }
        return true
    }

    /// How many bytes follow a first byte, and which of them may come first; nil where the byte begins no character.
    private static func shape(of first: UInt8) -> (continuationCount: Int, second: ClosedRange<UInt8>)? {
        switch first {
        case 0xC2...0xDF: (1, 0x80...0xBF)
        case 0xE0: (2, 0xA0...0xBF)
        case 0xED: (2, 0x80...0x9F)
        case 0xE1...0xEF: (2, 0x80...0xBF)
        case 0xF0: (3, 0x90...0xBF)
        case 0xF1...0xF3: (3, 0x80...0xBF)
        case 0xF4: (3, 0x80...0x8F)
        default: nil
        }
    }
}
