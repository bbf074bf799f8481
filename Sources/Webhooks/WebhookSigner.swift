/// A key that signs.
public enum WebhookSigningKey: Sendable {
    /// Signs `v1`.
    case secret(WebhookSecret)
    /// Signs `v1a`.
    case ed25519(WebhookPrivateKey)

    /// Reads `whsk_` as an Ed25519 key, anything else as a secret.
    public init(_ text: String) throws(WebhookKeyError) {
        self = text.hasPrefix("whsk_") ? .ed25519(try WebhookPrivateKey(text)) : .secret(try WebhookSecret(text))
    }
}

/// Why a message was not signed.
public enum WebhookSigningError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The id is not 1 to 128 letters, digits, `_` and `-`.
    case messageID
    /// The time is negative or has more than 12 digits.
    case timestampSeconds(Int64)
    /// The cryptographic library refused.
    case operationFailed

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .messageID: "message id: 1 to 128 letters, digits, _ and - are allowed"
        case .timestampSeconds(let seconds): "timestamp \(seconds): 0 to 999999999999 s are allowed"
        case .operationFailed: "signing failed in the cryptographic library"
        }
    }
}

/// Signs messages to one endpoint with all keys that are active: the newest first, then older ones by age until they
/// expire. Immutable, thread-safe.
public struct WebhookSigner: Sendable {
    private let keys: [WebhookSigningKey]

    /// - Parameter keys: newest first, 1 to 5.
    public init(keys: [WebhookSigningKey]) throws(WebhookKeyError) {
        guard (1...WebhookLimits.activeKeyCountMax).contains(keys.count) else { throw .keyCount(keys.count) }
        self.keys = keys
    }

    /// The value of `webhook-signature`.
    /// - Parameters:
    ///   - timestampSeconds: start of the attempt; goes into `webhook-timestamp` as decimal digits.
    ///   - payload: the body exactly as it is sent.
    public func signature(
        id: String, timestampSeconds: Int64, payload: [UInt8]
    ) throws(WebhookSigningError) -> String {
        guard WebhookMessageID.isValid(id) else { throw .messageID }
        let timestamp = String(timestampSeconds)
        guard SignedContent.seconds(ofTimestamp: timestamp) != nil else { throw .timestampSeconds(timestampSeconds) }
        let content = SignedContent.bytes(id: id, timestamp: timestamp, payload: payload)
        var tokens: [String] = []
        for key in keys {
            switch key {
            case .secret(let secret): tokens.append(secret.signature(of: content))
            case .ed25519(let privateKey):
                guard let token = privateKey.signature(of: content) else { throw .operationFailed }
                tokens.append(token)
            }
        }
        return tokens.joined(separator: " ")
    }
}
