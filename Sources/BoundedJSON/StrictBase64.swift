/// Base64 as RFC 4648 §4 writes it, in exactly one spelling: standard alphabet, padded, unused bits zero.
///
/// A lenient decoder gives one signature several spellings, which a verifier must not accept. Never traps on any input.
public enum StrictBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Six-bit value of each byte; 255 for bytes outside the alphabet.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    /// The padded text of the bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        encode(bytes, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the padded text of the bytes.
    public static func encode(_ bytes: [UInt8], into output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        var position = 0
        while position < bytes.count {
            let available = min(3, bytes.count - position)
            var group = UInt32(bytes[position]) << 16
            if available > 1 { group |= UInt32(bytes[position + 1]) << 8 }
            if available > 2 { group |= UInt32(bytes[position + 2]) }
            for place in 0..<4 {
                let value = Int(group >> UInt32(18 - 6 * place) & 63)
                output.append(place <= available ? alphabet[value] : UInt8(ascii: "="))
            }
            position += 3
        }
    }

    /// The bytes of a canonical text; nil for anything else. The empty text is the empty bytes.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8))
    }

    /// The bytes of a canonical text; nil for anything else.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        guard !text.isEmpty else { return [] }
        let padding = text[text.count - 1] != UInt8(ascii: "=") ? 0 : text[text.count - 2] != UInt8(ascii: "=") ? 1 : 2
        let table = values
        // Invalid digits set the top bit of this, looked at once: a branch each would cost more than the whole.
        var invalid: UInt8 = 0
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        func group(at position: Int, count: Int) -> UInt32 {
            var bits: UInt32 = 0
            for place in 0..<4 {
                let value = place < count ? table[Int(text[position + place])] : 0
                invalid |= value
                bits = bits << 6 | UInt32(value & 63)
            }
            return bits
        }
        let wholeEnd = text.count - (padding == 0 ? 0 : 4)
        var position = 0
        while position < wholeEnd {
            let bits = group(at: position, count: 4)
            output.append(UInt8(truncatingIfNeeded: bits >> 16))
            output.append(UInt8(truncatingIfNeeded: bits >> 8))
            output.append(UInt8(truncatingIfNeeded: bits))
            position += 4
        }
        if padding > 0 {
            let bits = group(at: position, count: 4 - padding)
            output.append(UInt8(truncatingIfNeeded: bits >> 16))
            if padding == 1 { output.append(UInt8(truncatingIfNeeded: bits >> 8)) }
            // The unused bits of the last digit.
            guard bits & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return nil }
        }
        return invalid < 64 ? output : nil
    }
}
