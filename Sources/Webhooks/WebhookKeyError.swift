/// Why a webhook key cannot be used. Never shows the key.
public enum WebhookKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not `whsec_` and Base64, or not Base64 alone.
    case malformedSecret
    /// The secret has too few or too many bytes.
    case secretLength(byteCount: Int)
    /// Not `whsk_` and the Base64 of seed and public key.
    case malformedPrivateKey
    /// The public half does not belong to the seed.
    case privateKeyHalvesDiffer
    /// Not `whpk_` and the Base64 of 32 bytes.
    case malformedPublicKey
    /// How many keys were given.
    case keyCount(Int)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .malformedSecret: "webhook secret: expected whsec_ and standard Base64"
        case .secretLength(let byteCount):
            "webhook secret has \(byteCount) bytes; \(WebhookLimits.secretByteCounts.lowerBound) to"
                + " \(WebhookLimits.secretByteCounts.upperBound) are allowed"
        case .malformedPrivateKey: "webhook private key: expected whsk_ and Base64 of 64 bytes, seed and public key"
        case .privateKeyHalvesDiffer: "webhook private key: the public half does not belong to the seed"
        case .malformedPublicKey: "webhook public key: expected whpk_ and Base64 of 32 bytes"
        case .keyCount(let count): "\(count) webhook keys: 1 to \(WebhookLimits.activeKeyCountMax) may sign"
        }
    }
}
