import PaymentNotice

/// What the check of a request to the platform found.
public enum MerchantAPICheck: Sendable, Equatable {
    /// Authentic and fresh; who asks.
    case ok(merchantID: String)
    /// There is no `Authorization`.
    case missingAuthorization
    /// The header cannot be read, or its timestamp is none.
    case malformedAuthorization
    /// Signed too long ago, or ahead of the clock.
    case timestampOutOfWindow
    /// No key of that merchant and serial.
    case unknownKey
    /// The signature does not hold.
    case signatureMismatch
}

/// The platform's side of signed requests, for the simulator. Immutable, thread-safe.
public struct MerchantAPIVerifier: Sendable {
    private struct KeyName: Hashable {
        let merchantID: String
        let serial: String
    }

    private let keys: [KeyName: RSAPublicKey]

    /// Takes the merchants' keys; a PEM may be a public key or a certificate.
    public init(keys list: [(merchantID: String, serial: String, publicKeyPEM: String)]) throws(KeyError) {
        guard (1...AccessLimits.merchantKeyCountMax).contains(list.count) else { throw .keyCount(list.count) }
        var keys: [KeyName: RSAPublicKey] = [:]
        for (merchantID, serial, pem) in list {
            let owner = "API key \(serial) of merchant \(merchantID)"
            let key =
                if let certificate = CertificateReader.read(pem: pem) {
                    try RSAPublicKey(certificate: certificate, owner: owner)
                } else {
                    try RSAPublicKey(publicKeyPEM: pem, owner: owner)
                }
            guard keys.updateValue(key, forKey: KeyName(merchantID: merchantID, serial: serial)) == nil else {
                throw .repeatedKey(owner)
            }
        }
        self.keys = keys
    }

    /// Checks one request; the platform refuses what is five minutes off.
    public func verify(
        authorization header: String?, method: String, pathAndQuery: String, body: [UInt8], nowSeconds: Int64
    ) -> MerchantAPICheck {
        guard let header else { return .missingAuthorization }
        guard let authorization = MerchantAuthorization.parse(header),
            let signedAtSeconds = UnixSeconds.parse(authorization.timestamp)
        else { return .malformedAuthorization }
        guard UnixSeconds.isInside(AccessLimits.clockWindowSeconds, signedAtSeconds, nowSeconds: nowSeconds) else {
            return .timestampOutOfWindow
        }
        let name = KeyName(merchantID: authorization.merchantID, serial: authorization.serial)
        guard let key = keys[name] else { return .unknownKey }
        let message = NoticeCanonical.request(
            method: method, pathAndQuery: pathAndQuery, timestamp: authorization.timestamp, nonce: authorization.nonce,
            body: body)
        let isValid = key.isValid(signature: authorization.signature, message: message)
        return isValid ? .ok(merchantID: authorization.merchantID) : .signatureMismatch
    }
}
