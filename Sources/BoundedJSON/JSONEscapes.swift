/// Turns escapes of a checked string into bytes.
enum JSONEscapes {
    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The decoded bytes of a string that the reader has accepted; its escapes are known to be well formed.
    static func decode(_ bytes: [UInt8], from start: Int, to end: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(end - start)
        var position = start
        while position < end {
            guard bytes[position] == UInt8(ascii: "\\") else {
                output.append(bytes[position])
                position += 1
                continue
            }
            let escape = bytes[position + 1]
            position += 2
            if escape == UInt8(ascii: "u") {
                appendScalar(bytes, &position, to: &output)
            } else {
                output.append(plainEscape(escape))
            }
        }
        return output
    }

    private static func plainEscape(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: byte
        }
    }

    /// Reads one or, for a surrogate pair, two groups of four digits and appends the character's UTF-8.
    private static func appendScalar(_ bytes: [UInt8], _ position: inout Int, to output: inout [UInt8]) {
        var value = fourDigits(bytes, &position)
        if value & 0xFC00 == 0xD800 {
            position += 2
            let low = fourDigits(bytes, &position)
            value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
        }
        guard let scalar = Unicode.Scalar(value) else { return }
        output.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    private static func fourDigits(_ bytes: [UInt8], _ position: inout Int) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            value = value << 4 | (hexDigit(bytes[position]) ?? 0)
            position += 1
        }
        return value
    }
}
