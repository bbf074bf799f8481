import PaymentNotice

/// Signs requests to the platform with a merchant's or provider's API key (wechat-pay §1.9). Immutable, thread-safe.
public struct MerchantAPISigner: Sendable {
    /// Whose requests they are.
    public let merchantID: String
    /// Serial of the API certificate.
    public let serial: String
    private let key: RSAKeyPair

    /// Reads the key.
    public init(merchantID: String, serial: String, privateKeyPEM: String) throws(KeyError) {
        self.merchantID = merchantID
        self.serial = serial
        self.key = try RSAKeyPair(privateKeyPEM: privateKeyPEM)
    }

    /// The value of `Authorization` for one request.
    /// - Parameters:
    ///   - pathAndQuery: as it goes over the wire, percent-encoding included.
    ///   - body: the bytes sent; empty for GET.
    public func authorization(
        method: String, pathAndQuery: String, body: [UInt8], timestampSeconds: Int64, nonce: String
    ) throws(KeyError) -> String {
        let timestamp = String(timestampSeconds)
        let message = NoticeCanonical.request(
            method: method, pathAndQuery: pathAndQuery, timestamp: timestamp, nonce: nonce, body: body)
        return MerchantAuthorization(
            merchantID: merchantID, nonce: nonce, timestamp: timestamp, serial: serial, signature: try key.sign(message)
        ).text
    }
}
