import AccessControl
import BoundedJSON
import Crypto

/// An Ed25519 key that signs webhooks: `whsk_` and the Base64 of seed and public key. Immutable, thread-safe.
public struct WebhookPrivateKey: Sendable {
    private static let prefix = "whsk_"
    private let key: Curve25519.Signing.PrivateKey

    /// Reads a key; its public half must belong to its seed.
    public init(_ text: String) throws(WebhookKeyError) {
        guard text.hasPrefix(Self.prefix), let bytes = StrictBase64.decode(String(text.dropFirst(Self.prefix.count))),
            bytes.count == 2 * WebhookLimits.ed25519KeyByteCount,
            let key = try? Curve25519.Signing.PrivateKey(
                rawRepresentation: bytes[..<WebhookLimits.ed25519KeyByteCount])
        else { throw .malformedPrivateKey }
        let publicHalf = Array(bytes[WebhookLimits.ed25519KeyByteCount...])
        guard ConstantTime.equal(Array(key.publicKey.rawRepresentation), publicHalf) else {
            throw .privateKeyHalvesDiffer
        }
        self.key = key
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = key
    }

    /// Makes a random key.
    public static func generate() -> WebhookPrivateKey {
        WebhookPrivateKey(Curve25519.Signing.PrivateKey())
    }

    /// `whsk_` and Base64. A secret.
    public var text: String {
        Self.prefix + StrictBase64.encode(Array(key.rawRepresentation) + Array(key.publicKey.rawRepresentation))
    }

    /// What a merchant verifies with.
    public var publicKey: WebhookPublicKey { WebhookPublicKey(key.publicKey) }

    /// `v1a,` and the padded Base64 of the signature; nil when the library refuses.
    func signature(of content: [UInt8]) -> String? {
        guard let signature = try? key.signature(for: content) else { return nil }
        return WebhookScheme.v1a.rawValue + "," + StrictBase64.encode(Array(signature))
    }
}

/// An Ed25519 key that verifies webhooks: `whpk_` and Base64. Immutable, thread-safe.
public struct WebhookPublicKey: Sendable {
    private static let prefix = "whpk_"
    private let key: Curve25519.Signing.PublicKey

    /// Reads a key.
    public init(_ text: String) throws(WebhookKeyError) {
        guard text.hasPrefix(Self.prefix), let bytes = StrictBase64.decode(String(text.dropFirst(Self.prefix.count))),
            bytes.count == WebhookLimits.ed25519KeyByteCount,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw .malformedPublicKey }
        self.key = key
    }

    init(_ key: Curve25519.Signing.PublicKey) {
        self.key = key
    }

    /// `whpk_` and Base64.
    public var text: String { Self.prefix + StrictBase64.encode(Array(key.rawRepresentation)) }

    /// Whether an encoded signature holds: exactly 64 bytes in canonical Base64. A scalar at or above the group order
    /// is refused by the library, so that a signature has one form only (RFC 8032 §5.1.7).
    func isValid(encodedSignature text: String, content: [UInt8]) -> Bool {
        guard let signature = StrictBase64.decode(text),
            signature.count == WebhookLimits.ed25519SignatureByteCount
        else { return false }
        return key.isValidSignature(signature, for: content)
    }
}
