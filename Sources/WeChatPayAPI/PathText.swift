/// Numbers in paths and queries: percent-encoded, so that none of them can change what is asked.
enum PathText {
    /// Letters, digits and `-._~` as they are, everything else by its percent code.
    ///
    /// - Throws: ``PlatformCallError/notStarted(_:)`` for an empty text, one that is too long, and for `.` and `..`, which would be path steps.
    static func encode(_ text: String, _ what: String) throws(PlatformCallError) -> String {
        guard (1...WeChatPayLimits.numberByteCountMax).contains(text.utf8.count), text != ".", text != ".." else {
            throw .notStarted("\(what) must have 1 to \(WeChatPayLimits.numberByteCountMax) bytes")
        }
        var encoded = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
