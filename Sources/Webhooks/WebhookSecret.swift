import AccessControl
import BoundedJSON
import Crypto

/// A symmetric webhook key, shown to a merchant once as `whsec_` and Base64. Immutable, thread-safe.
public struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private let bytes: [UInt8]
    private let key: SymmetricKey

    /// Reads a secret. The prefix and the padding may be missing: merchants copy them with and without.
    public init(_ text: String) throws(WebhookKeyError) {
        let digits = text.hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]
        let missingPadding = digits.utf8.last == UInt8(ascii: "=") ? 0 : (4 - digits.utf8.count % 4) % 4
        guard missingPadding < 3,
            let bytes = StrictBase64.decode(digits + String(repeating: "=", count: missingPadding))
        else { throw .malformedSecret }
        try self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) throws(WebhookKeyError) {
        guard WebhookLimits.secretByteCounts.contains(bytes.count) else {
            throw .secretLength(byteCount: bytes.count)
        }
        self.bytes = bytes
        self.key = SymmetricKey(data: bytes)
    }

    /// Makes a secret of 32 random bytes.
    public static func generate() -> WebhookSecret {
        let bytes = RandomBytes.make(count: WebhookLimits.generatedSecretByteCount)
        do {
            return try WebhookSecret(bytes: bytes)
        } catch {
            preconditionFailure("the generated length lies outside the allowed lengths")
        }
    }

    /// `whsec_` and padded Base64: the only spelling this program shows. A secret.
    public var text: String { Self.prefix + StrictBase64.encode(bytes) }

    /// `v1,` and the padded Base64 of HMAC-SHA256 over the signed content.
    func signature(of content: [UInt8]) -> String {
        WebhookScheme.v1.rawValue + "," + encodedSignature(of: content)
    }

    func encodedSignature(of content: [UInt8]) -> String {
        StrictBase64.encode(Array(HMAC<SHA256>.authenticationCode(for: content, using: key)))
    }
}
