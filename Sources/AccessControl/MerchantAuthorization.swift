/// The `Authorization` header of a request to the platform, read by name: the order of its items differs between
/// client libraries (wechat-pay §7).
public struct MerchantAuthorization: Sendable, Equatable {
    /// `mchid`: who signs.
    public let merchantID: String
    /// `nonce_str`.
    public let nonce: String
    /// `timestamp`: decimal Unix seconds, as sent.
    public let timestamp: String
    /// `serial_no`: the signer's certificate.
    public let serial: String
    /// `signature`: Base64.
    public let signature: String

    /// The scheme.
    static let scheme = "WECHATPAY2-SHA256-RSA2048"
    private static let names: Set<String> = ["mchid", "nonce_str", "timestamp", "serial_no", "signature"]

    /// Makes a header's content.
    public init(merchantID: String, nonce: String, timestamp: String, serial: String, signature: String) {
        self.merchantID = merchantID
        self.nonce = nonce
        self.timestamp = timestamp
        self.serial = serial
        self.signature = signature
    }

    /// Reads a header. Nil when the scheme differs, an item is missing, empty or repeated, or the header is too long.
    public static func parse(_ header: String) -> MerchantAuthorization? {
        guard header.utf8.count <= AccessLimits.authorizationByteCountMax, header.hasPrefix(scheme + " ") else {
            return nil
        }
        var items: [String: String] = [:]
        for part in header.dropFirst(scheme.count + 1).split(separator: ",", omittingEmptySubsequences: false) {
            guard let (name, value) = item(part), items.updateValue(value, forKey: name) == nil else { return nil }
        }
        guard let merchantID = items["mchid"], let nonce = items["nonce_str"], let timestamp = items["timestamp"],
            let serial = items["serial_no"], let signature = items["signature"], items.count == names.count
        else { return nil }
        return MerchantAuthorization(
            merchantID: merchantID, nonce: nonce, timestamp: timestamp, serial: serial, signature: signature)
    }

    /// One `name="value"`; none of the values may hold a quotation mark.
    private static func item(_ part: Substring) -> (name: String, value: String)? {
        let trimmed = part.drop { $0 == " " }
        guard let equals = trimmed.firstIndex(of: "=") else { return nil }
        let name = String(trimmed[..<equals])
        let quoted = trimmed[trimmed.index(after: equals)...]
        guard names.contains(name), quoted.count > 2, quoted.first == "\"", quoted.last == "\"" else { return nil }
        let value = quoted.dropFirst().dropLast()
        return value.contains("\"") ? nil : (name, String(value))
    }

    /// The header's text.
    public var text: String {
        "\(Self.scheme) mchid=\"\(merchantID)\",nonce_str=\"\(nonce)\",timestamp=\"\(timestamp)\","
            + "serial_no=\"\(serial)\",signature=\"\(signature)\""
    }
}
