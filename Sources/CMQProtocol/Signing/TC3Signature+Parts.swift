extension TC3Signature {
    /// What is hashed instead of the body where ``isPayloadUnsigned(field:)``.
    public static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// Whether the client left the body out of what it signed. Then whoever saw the request can change the body: allow it only where nobody can,
    /// over TLS or loopback.
    public static func isPayloadUnsigned(field: (String) -> String?) -> Bool {
        field("X-TC-Content-SHA256") == unsignedPayload
    }

    /// The names between `;`: lower case, each once, `content-type` and `host` among them.
    static func fields(_ names: Substring) throws(CMQFault) -> [String] {
        let fields = names.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        let isPlain = fields.allSatisfy { name in
            !name.isEmpty && name.utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || $0 == 45 }
        }
        guard isPlain, fields.count <= CMQLimits.signedFieldCountMax, Set(fields).count == fields.count,
            fields.contains("host"), fields.contains("content-type")
        else {
            throw .authenticationFailed(
                "SignedHeaders must be lower-case names joined by ;, content-type and host among them")
        }
        return fields
    }

    /// The bytes of lower-case hexadecimal digits; empty for anything else.
    static func hexBytes(_ text: Substring) -> [UInt8] {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = hexDigit(digits[index]), let low = hexDigit(digits[index + 1]) else { return [] }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// A field's value without blanks around it.
    static func trimmed(_ text: String) -> String {
        var value = text[...]
        while let first = value.utf8.first, first == 32 || first == 9 { value = value.dropFirst() }
        while let last = value.utf8.last, last == 32 || last == 9 { value = value.dropLast() }
        return String(value)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        default: nil
        }
    }
}
