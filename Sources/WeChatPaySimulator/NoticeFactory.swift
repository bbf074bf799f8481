internal import AccessControl
internal import HTTPDataPlane
public import PaymentNotice

/// Builds notices as the platform sends them: sealed once, signed anew for every delivery (wechat-pay §1.2 to §1.11).
/// Immutable, thread-safe.
public struct NoticeFactory: Sendable {
    /// What a deliberately wrong signature begins with (wechat-pay §1.11).
    static let probePrefix = "WECHATPAY/SIGNTEST/"

    private let certificateSigner: NoticeSigner<SimulatedPlatform>
    private let publicKeySigner: NoticeSigner<SimulatedPlatform>

    /// Takes the platform's keys.
    public init(_ keys: SimulatorKeys) {
        certificateSigner = NoticeSigner(sealer: keys.certificatePlatform)
        publicKeySigner = NoticeSigner(sealer: keys.publicKeyPlatform)
    }

    /// The body of a payment's notice, the same for all its deliveries.
    /// - Parameter createdAtMillis: Unix milliseconds.
    public func body(_ transaction: PaidTransaction, createdAtMillis: Int64) throws -> [UInt8] {
        let envelope = NoticeEnvelope(
            id: Self.uuid(), createTime: ChinaTime.text(millis: createdAtMillis),
            eventType: NoticeEnvelope.paymentEventType, summary: "支付成功", originalType: "transaction")
        return try certificateSigner.body(
            envelope: envelope, associatedData: "transaction", nonce: RandomBytes.alphanumeric(count: 12),
            plaintext: transaction.encode())
    }

    /// The headers of one delivery, or of an answer to an API call (then without an id).
    public func headers(
        body: [UInt8], nowSeconds: Int64, usesPublicKey: Bool, hasRequestID: Bool = true
    ) throws -> [(name: String, value: String)] {
        let signer = usesPublicKey ? publicKeySigner : certificateSigner
        return try signer.headers(
            body: body, timestampSeconds: nowSeconds, nonce: RandomBytes.alphanumeric(count: 32),
            requestID: hasRequestID ? Self.uuid() : nil)
    }

    /// The same headers with the platform's deliberately wrong signature.
    public static func probe(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        headers.map { name, value in
            guard name == "Wechatpay-Signature" else { return (name, value) }
            return (name, probePrefix + value.dropFirst(probePrefix.count))
        }
    }

    private static func uuid() -> String {
        let hex = Array(Hashes.hex(RandomBytes.make(count: 16)))
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { String(hex[$0]) }.joined(separator: "-")
    }
}

extension HTTPFields {
    /// Fields from pairs with names.
    init(named pairs: [(name: String, value: String)]) {
        self.init(pairs.map { ($0.name, $0.value) })
    }
}
