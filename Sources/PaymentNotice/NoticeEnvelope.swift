import BoundedJSON

/// The outer, signed but unencrypted part of a notice (wechat-pay §1.3).
public struct NoticeEnvelope: Sendable, Equatable {
    /// Unique per notice; a redelivery keeps it.
    public let id: String
    /// As sent; usually RFC 3339, never refused for its form.
    public let createTime: String
    /// What happened, such as `TRANSACTION.SUCCESS`. An open set.
    public let eventType: String
    /// A short text for people.
    public let summary: String
    /// The kind of the plaintext, such as `transaction`.
    public let originalType: String

    /// Makes an envelope; the simulator starts here.
    public init(id: String, createTime: String, eventType: String, summary: String, originalType: String) {
        self.id = id
        self.createTime = createTime
        self.eventType = eventType
        self.summary = summary
        self.originalType = originalType
    }

    /// The event that is a payment.
    public static let paymentEventType = "TRANSACTION.SUCCESS"
    /// The only resource type there is.
    static let resourceType = "encrypt-resource"
    /// The only algorithm there is.
    static let algorithm = "AEAD_AES_256_GCM"
}

/// An envelope together with the resource that is still sealed.
struct SealedNotice {
    let envelope: NoticeEnvelope
    let resourceType: String
    let algorithm: String
    let nonce: [UInt8]
    let associatedData: [UInt8]
    let ciphertext: [UInt8]

    var isSupported: Bool {
        resourceType == NoticeEnvelope.resourceType && algorithm == NoticeEnvelope.algorithm
    }

    /// Reads a signed body: presence, types and both lengths before anything is decrypted. Nil when any of it fails.
    /// Members this version does not know are passed over.
    static func read(_ body: [UInt8]) -> SealedNotice? {
        guard let root = try? JSONValue.parse(body), let resource = root["resource"],
            let id = root["id"]?.string, NoticeText.isIdentifier(id),
            let createTime = root["create_time"]?.string, let eventType = root["event_type"]?.string,
            NoticeText.isIdentifier(eventType),
            let summary = root["summary"]?.string, let resourceType = root["resource_type"]?.string,
            let originalType = resource["original_type"]?.string, let algorithm = resource["algorithm"]?.string,
            let nonce = resource["nonce"]?.stringBytes, nonce.count == NoticeLimits.gcmNonceByteCount,
            let associatedData = associatedData(of: resource),
            let ciphertext = resource["ciphertext"]?.stringBytes.flatMap(StrictBase64.decode),
            ciphertext.count >= NoticeLimits.gcmTagByteCount
        else { return nil }
        let envelope = NoticeEnvelope(
            id: id, createTime: createTime, eventType: eventType, summary: summary, originalType: originalType)
        return SealedNotice(
            envelope: envelope, resourceType: resourceType, algorithm: algorithm, nonce: nonce,
            associatedData: associatedData, ciphertext: ciphertext)
    }

    /// May be absent, null or empty; anything but text is malformed.
    private static func associatedData(of resource: JSONValue) -> [UInt8]? {
        guard let value = resource["associated_data"], !value.isNull else { return [] }
        return value.stringBytes
    }
}
