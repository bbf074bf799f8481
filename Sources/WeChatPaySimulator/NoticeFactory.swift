internal import AccessControl
internal import HTTPDataPlane
public import PaymentNotice

/// Builds notices as the platform sends them: sealed once, signed anew for every delivery (wechat-pay §1.2 to §1.11).
/// Immutable, thread-safe.
public struct NoticeFactory: Sendable {
    /// What a deliberately wrong signature begins with (wechat-pay §1.11).
    static let probePrefix = "WECHATPAY/SIGNTEST/"

    private let signer: @Sendable (SigningChoice) -> SimulatedPlatform

    /// Takes the two keys a world begins with; what is not left to the public key is signed by the certificate's.
    public init(_ keys: SimulatorKeys) {
        signer = { $0 == .publicKey ? keys.publicKeyPlatform : keys.certificatePlatform }
    }

    /// Takes keys whose set grows while notices are sent.
    init(_ ring: PlatformKeyRing) {
        signer = { ring.signer($0) }
    }

    /// The body of a payment's notice, the same for all its deliveries.
    /// - Parameter createdAtMillis: Unix milliseconds.
    public func body(_ transaction: PaidTransaction, createdAtMillis: Int64) throws -> [UInt8] {
        try body(.payment(transaction), createdAtMillis: createdAtMillis)
    }

    /// The body of any notice, the same for all its deliveries.
    /// - Parameter createdAtMillis: Unix milliseconds.
    func body(_ content: NoticeContent, createdAtMillis: Int64) throws -> [UInt8] {
        let envelope = NoticeEnvelope(
            id: Self.uuid(), createTime: ChinaTime.text(millis: createdAtMillis), eventType: content.eventType,
            summary: content.summary, originalType: content.originalType)
        // Sealing takes the APIv3 key, which is one for all signing keys.
        return try NoticeSigner(sealer: signer(.certificate)).body(
            envelope: envelope, associatedData: content.associatedData, nonce: RandomBytes.alphanumeric(count: 12),
            plaintext: content.plaintext)
    }

    /// The headers of one delivery, or of an answer to an API call (then without an id).
    public func headers(
        body: [UInt8], nowSeconds: Int64, signedBy choice: SigningChoice, hasRequestID: Bool = true
    ) throws -> [(name: String, value: String)] {
        try NoticeSigner(sealer: signer(choice)).headers(
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
