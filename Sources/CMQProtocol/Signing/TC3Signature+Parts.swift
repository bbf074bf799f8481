extension TC3Signature {
    /// What is hashed instead of the body where ``isPayloadUnsigned(field:)``.
    public static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// Whether the client left the body out of what it signed. Then whoever saw the request can change the body: allow it only where nobody can,
    /// over TLS or loopback.
    public static func isPayloadUnsigned(field: (String) -> String?) -> Bool {
        field("X-TC-Content-SHA256") == unsignedPayload
    }

    /// A field's value without blanks around it.
    static func trimmed(_ text: String) -> String {
        var value = text[...]
        while let first = value.utf8.first, first == 32 || first == 9 { value = value.dropFirst() }
        while let last = value.utf8.last, last == 32 || last == 9 { value = value.dropLast() }
        return String(value)
    }
}
