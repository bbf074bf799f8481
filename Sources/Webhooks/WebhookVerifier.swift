import AccessControl

/// Decides whether a pushed message is authentic, by the rules of merchant-push §8. For merchants' servers, the
/// simulator's sinks and the command line.
///
/// Never throws and never traps, whatever the input. Trusts only the keys it was given. Immutable, thread-safe.
public struct WebhookVerifier: Sendable {
    private let secrets: [WebhookSecret]
    private let publicKeys: [WebhookPublicKey]
    private let toleranceSeconds: Int64

    /// Takes the keys, several of each kind during a rotation; without keys everything is rejected.
    /// - Parameter toleranceSeconds: allowed distance from the clock in both directions, inclusive.
    public init(
        secrets: [WebhookSecret], publicKeys: [WebhookPublicKey] = [],
        toleranceSeconds: Int64 = WebhookLimits.toleranceSeconds
    ) {
        precondition(max(secrets.count, publicKeys.count) <= WebhookLimits.verifierKeyCountMax, "too many keys")
        precondition(toleranceSeconds >= 0, "a tolerance is not negative")
        self.secrets = secrets
        self.publicKeys = publicKeys
        self.toleranceSeconds = toleranceSeconds
    }

    /// The verdict on one request.
    /// - Parameters:
    ///   - headers: all headers; names in any case.
    ///   - payload: the body exactly as received.
    ///   - nowSeconds: Unix time of the receiver's clock.
    public func verify(
        headers: some Sequence<(name: String, value: String)>, payload: [UInt8], nowSeconds: Int64
    ) -> WebhookVerdict {
        do throws(WebhookRejection) {
            let (id, timestamp, signature) = try Self.needed(headers)
            guard WebhookMessageID.isValid(id) else { throw .malformedID }
            try checkAge(timestamp, nowSeconds: nowSeconds)
            let content = SignedContent.bytes(id: id, timestamp: timestamp, payload: payload)
            guard let scheme = matchingScheme(signature, content: content) else { throw .noMatchingSignature }
            return .accepted(id: id, scheme: scheme)
        } catch {
            return .rejected(error)
        }
    }

    private static func needed(
        _ headers: some Sequence<(name: String, value: String)>
    ) throws(WebhookRejection) -> (id: String, timestamp: String, signature: String) {
        let names = [WebhookHeaderName.id, WebhookHeaderName.timestamp, WebhookHeaderName.signature]
        var values: [String: String] = [:]
        for (name, value) in headers {
            let lowercaseName = name.lowercased()
            guard names.contains(lowercaseName) else { continue }
            guard values.updateValue(value, forKey: lowercaseName) == nil else { throw .repeatedHeader }
        }
        guard let id = values[names[0]], let timestamp = values[names[1]], let signature = values[names[2]],
            !id.isEmpty, !timestamp.isEmpty, !signature.isEmpty
        else { throw .missingHeader }
        return (id, timestamp, signature)
    }

    private func checkAge(_ timestamp: String, nowSeconds: Int64) throws(WebhookRejection) {
        guard let signedAtSeconds = SignedContent.seconds(ofTimestamp: timestamp) else { throw .malformedTimestamp }
        let (age, overflow) = nowSeconds.subtractingReportingOverflow(signedAtSeconds)
        if overflow || age < -toleranceSeconds { throw .tooNew }
        if age > toleranceSeconds { throw .tooOld }
    }

    /// The scheme of the first signature that holds. Malformed and unknown tokens are passed over.
    private func matchingScheme(_ header: String, content: [UInt8]) -> WebhookScheme? {
        guard header.utf8.count <= WebhookLimits.signatureHeaderByteCountMax else { return nil }
        let expected = secrets.map { Array($0.encodedSignature(of: content).utf8) }
        for token in header.split(separator: " ", omittingEmptySubsequences: true) {
            guard let comma = token.firstIndex(of: ","), let scheme = WebhookScheme(rawValue: String(token[..<comma]))
            else { continue }
            let encoded = String(token[token.index(after: comma)...])
            let isMatch =
                switch scheme {
                case .v1: Self.isAnyEqual(Array(encoded.utf8), expected)
                case .v1a: publicKeys.contains { $0.isValid(encodedSignature: encoded, content: content) }
                }
            if isMatch { return scheme }
        }
        return nil
    }

    /// Compares the encoded text, each time in constant time: a second spelling of the same signature is no match.
    private static func isAnyEqual(_ encoded: [UInt8], _ expected: [[UInt8]]) -> Bool {
        expected.reduce(false) { ConstantTime.equal(encoded, $1) || $0 }
    }
}
