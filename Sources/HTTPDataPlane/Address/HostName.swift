/// The host of an endpoint URL: a checked DNS name in lower case, or an IP literal.
struct HostName: Equatable {
    let text: String
    let literal: IPAddress?

    /// Names that never lead to a merchant (merchant-push §9), compared as whole labels at the end.
    private static let refusedSuffixes = [
        "localhost", "local", "internal", "lan", "home.arpa", "arpa", "onion", "invalid",
    ]

    /// The text between the brackets of an IPv6 literal.
    init(bracketed text: Substring) throws(EndpointURLError) {
        guard text.utf8.contains(UInt8(ascii: ":")), let address = try? IPAddress(parsing: String(text)) else {
            throw .host(.brackets)
        }
        self.text = address.description
        self.literal = address
    }

    /// A DNS name or four decimal parts.
    init(_ raw: Substring) throws(EndpointURLError) {
        let name = raw.lowercased()
        guard !name.isEmpty else { throw .host(.empty) }
        guard name.utf8.count <= AddressLimits.hostByteCountMax else { throw .host(.tooLong) }
        guard !name.hasSuffix(".") else { throw .host(.trailingDot) }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel) else { throw .host(.label) }
        guard !Self.isRefused(name) else { throw .host(.refusedName) }
        text = name
        if Self.looksNumeric(labels) {
            guard labels.count == 4, let address = try? IPAddress(parsing: name) else { throw .host(.numeric) }
            literal = address
        } else {
            guard labels.count >= 2 else { throw .host(.singleLabel) }
            literal = nil
        }
    }

    /// Letters, digits and inner hyphens, 1...63 bytes (RFC 1123).
    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...AddressLimits.labelByteCountMax).contains(label.utf8.count) else { return false }
        guard !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
        return label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// True when the last label is a number, decimal or 0x: what address parsers take for one (WHATWG URL, "ends in a number").
    private static func looksNumeric(_ labels: [Substring]) -> Bool {
        guard let last = labels.last else { return false }
        if last.utf8.allSatisfy({ (48...57).contains($0) }) { return true }
        guard last.hasPrefix("0x") else { return false }
        return last.utf8.dropFirst(2).allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private static func isRefused(_ name: String) -> Bool {
        name.hasPrefix("metadata.") || refusedSuffixes.contains { name == $0 || name.hasSuffix("." + $0) }
    }
}
