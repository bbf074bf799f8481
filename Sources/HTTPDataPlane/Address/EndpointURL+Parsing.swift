extension EndpointURL {
    /// Parses and vets a URL.
    ///
    /// Only what the rules of merchant-push §9 allow is understood; there is no repair of near misses, because the
    /// difference between our reading and a resolver's is where an attacker lives.
    /// - Throws: ``EndpointURLError``, saying which rule was broken and what is allowed.
    public static func parse(_ text: String, policy: EndpointPolicy) throws(EndpointURLError) -> EndpointURL {
        let byteCount = text.utf8.count
        guard (1...AddressLimits.urlByteCountMax).contains(byteCount) else { throw .length(byteCount: byteCount) }
        guard isWellFormed(Array(text.utf8)) else { throw .forbiddenCharacter }
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw .fragment }
        let (scheme, rest) = try splitScheme(text)
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let (host, portText) = try splitAuthority(authority)
        let url = EndpointURL(
            scheme: scheme, host: host.text, port: try port(portText) ?? scheme.defaultPort,
            target: target(rest[authorityEnd...]), literalAddress: host.literal)
        if let violation = url.violation(of: policy) { throw violation }
        return url
    }

    private static func splitScheme(_ text: String) throws(EndpointURLError) -> (Scheme, Substring) {
        guard let separator = text.firstIndex(of: ":"), text[separator...].hasPrefix("://"),
            let scheme = Scheme(rawValue: text[..<separator].lowercased())
        else { throw .scheme }
        return (scheme, text[text.index(separator, offsetBy: 3)...])
    }

    private static func splitAuthority(
        _ authority: Substring
    ) throws(EndpointURLError) -> (host: HostName, portText: Substring?) {
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .host(.brackets) }
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .portNumber }
            let host = try HostName(bracketed: authority[authority.index(after: authority.startIndex)..<close])
            return (host, after.isEmpty ? nil : after.dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return (try HostName(authority), nil) }
        return (try HostName(authority[..<colon]), authority[authority.index(after: colon)...])
    }

    private static func port(_ text: Substring?) throws(EndpointURLError) -> Int? {
        guard let text else { return nil }
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(text), (1...65_535).contains(port)
        else { throw .portNumber }
        return port
    }

    private static func target(_ text: Substring) -> String {
        text.hasPrefix("/") ? String(text) : "/" + text
    }

    /// Printable ASCII without the characters RFC 3986 keeps out of URLs, percent signs followed by two hex digits.
    private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else { return false }
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                return false
            default:
                guard (0x21...0x7e).contains(byte) else { return false }
            }
        }
        return true
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
