/// Forms of the texts a notice carries.
package enum NoticeText {
    /// 1 to 32 letters and digits: what a merchant number may be, and a queue name may hold.
    package static func isMerchantID(_ text: String) -> Bool {
        let bytes = text.utf8
        return 1...NoticeLimits.merchantIDByteCountMax ~= bytes.count && bytes.allSatisfy(isAlphanumeric)
    }

    /// An ASCII letter or digit.
    package static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Visible ASCII of a bounded length: ids that become keys, header values and log fields.
    static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...NoticeLimits.identifierByteCountMax).contains(bytes.count) else { return false }
        return bytes.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// A Unix time of decimal digits only.
    static func unixSeconds(_ text: String) -> Int64? {
        let bytes = text.utf8
        guard (1...NoticeLimits.timestampDigitCountMax).contains(bytes.count) else { return nil }
        var value: Int64 = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
