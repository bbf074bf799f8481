/// Which texts may stand in ids and names. Everything shown to people is free of control characters, so logs and pages stay safe.
enum CampaignText {
    /// Letters, digits and `._-`, beginning with a letter or digit: fit for a path and for a key.
    static func isDefinitionID(_ text: String) -> Bool {
        guard 1...CampaignLimits.idByteCountMax ~= text.utf8.count, let first = text.utf8.first else { return false }
        return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    /// Letters, digits, `-` and `_`, as in the registry of merchants.
    static func isMerchantID(_ text: String) -> Bool {
        guard 1...CampaignLimits.merchantIDByteCountMax ~= text.utf8.count else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "-_".utf8.contains($0) }
    }

    /// 1…``CampaignLimits/nameByteCountMax`` bytes without control characters.
    static func isName(_ text: String) -> Bool {
        1...CampaignLimits.nameByteCountMax ~= text.utf8.count && !text.unicodeScalars.contains(where: isControl)
    }

    /// A text of others as it may be repeated in an error: at most 64 characters, control characters as `?`.
    static func quoted(_ text: String) -> String {
        // Cut by scalars: one grapheme may be as long as the whole body.
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(64) { scalars.append(isControl(scalar) ? "?" : scalar) }
        return String(scalars)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }
}
