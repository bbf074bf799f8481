/// Which texts may stand in ids and names. Everything shown to people is free of control characters, so logs and pages stay safe.
enum MerchantText {
    /// Letters, digits, `-` and `_`.
    static func isMerchantID(_ text: String) -> Bool {
        isToken(text, byteCountMax: MerchantLimits.merchantIDByteCountMax, extra: "-_")
    }

    /// Letters, digits and `-_.:`.
    static func isCaseID(_ text: String) -> Bool {
        isToken(text, byteCountMax: MerchantLimits.caseIDByteCountMax, extra: "-_.:")
    }

    /// Letters, digits and `-_.:`.
    static func isReasonCode(_ text: String) -> Bool {
        isToken(text, byteCountMax: MerchantLimits.reasonCodeByteCountMax, extra: "-_.:")
    }

    /// 1…``MerchantLimits/placeIDByteCountMax`` bytes without control characters: devices are named by others.
    static func isPlaceID(_ text: String) -> Bool {
        !text.isEmpty && isShown(text, byteCountMax: MerchantLimits.placeIDByteCountMax)
    }

    /// At most so many bytes, without control characters.
    static func isShown(_ text: String, byteCountMax: Int) -> Bool {
        text.utf8.count <= byteCountMax
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }

    private static func isToken(_ text: String, byteCountMax: Int, extra: String) -> Bool {
        guard 1...byteCountMax ~= text.utf8.count else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: extra.utf8.contains(byte)
            }
        }
    }
}
