import BoundedJSON

/// The platform's side of the cryptography, for the simulator.
public protocol NoticeSealer: Sendable {
    /// Serial or id of the signing key, as it goes into `Wechatpay-Serial`.
    var serial: String { get }

    /// Signs a message; Base64.
    func sign(_ message: [UInt8]) throws -> String

    /// Seals a resource with the APIv3 key: ciphertext, then its tag.
    func seal(plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8]) throws -> [UInt8]
}

/// Builds notices as the platform does: the counterpart of `NoticeVerifier`, over the same rules.
public struct NoticeSigner<Sealer: NoticeSealer>: Sendable {
    /// The keys.
    public let sealer: Sealer

    /// Makes a signer.
    public init(sealer: Sealer) {
        self.sealer = sealer
    }

    /// The request body: compact JSON in the platform's member order, with the sealed plaintext.
    /// - Parameter nonce: 12 ASCII characters; never the same twice under one key.
    public func body(
        envelope: NoticeEnvelope, associatedData: String, nonce: String, plaintext: [UInt8]
    ) throws -> [UInt8] {
        precondition(nonce.utf8.count == NoticeLimits.gcmNonceByteCount, "a GCM nonce has 12 bytes")
        let sealed = try sealer.seal(
            plaintext: plaintext, nonce: Array(nonce.utf8), associatedData: Array(associatedData.utf8))
        var writer = JSONWriter(reservingByteCount: sealed.count * 4 / 3 + 384)
        writer.beginObject()
        writer.member("id", envelope.id)
        writer.member("create_time", envelope.createTime)
        writer.member("resource_type", NoticeEnvelope.resourceType)
        writer.member("event_type", envelope.eventType)
        writer.member("summary", envelope.summary)
        writer.key("resource")
        writer.beginObject()
        writer.member("original_type", envelope.originalType)
        writer.member("algorithm", NoticeEnvelope.algorithm)
        writer.member("ciphertext", StrictBase64.encode(sealed))
        writer.member("associated_data", associatedData)
        writer.member("nonce", nonce)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The signed headers of a notice, or of an answer to an API call (then without `requestID`).
    /// - Parameter nonce: 32 letters and digits in real traffic.
    public func headers(
        body: [UInt8], timestampSeconds: Int64, nonce: String, requestID: String?
    ) throws -> [(name: String, value: String)] {
        let timestamp = String(timestampSeconds)
        let message = NoticeCanonical.message(timestamp: timestamp, nonce: nonce, body: body)
        var list = [(name: "Content-Type", value: "application/json; charset=utf-8")]
        if let requestID { list.append(("Request-ID", requestID)) }
        list.append(("Wechatpay-Nonce", nonce))
        list.append(("Wechatpay-Serial", sealer.serial))
        list.append(("Wechatpay-Signature", try sealer.sign(message)))
        list.append(("Wechatpay-Signature-Type", NoticeVerifierSettings.defaultSignatureType))
        list.append(("Wechatpay-Timestamp", timestamp))
        return list
    }
}
