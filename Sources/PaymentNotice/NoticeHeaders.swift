/// The headers of a notice that its verification needs, as they were sent.
///
/// Header names are case-insensitive. Values are not trimmed: what was sent is what was signed.
public struct NoticeHeaders: Sendable, Equatable {
    /// `Wechatpay-Timestamp`: decimal Unix seconds; enters the signed bytes exactly as sent.
    public var timestamp: String?
    /// `Wechatpay-Nonce`.
    public var nonce: String?
    /// `Wechatpay-Serial`: serial of a platform certificate or id of a WeChat Pay public key.
    public var serial: String?
    /// `Wechatpay-Signature`: Base64.
    public var signature: String?
    /// `Wechatpay-Signature-Type`: absent means `WECHATPAY2-SHA256-RSA2048`.
    public var signatureType: String?
    /// `Request-ID`: for support questions only.
    public var requestID: String?
    /// `Content-Type`; nil when absent.
    public var contentType: String?

    /// Makes headers member by member.
    public init(
        timestamp: String? = nil, nonce: String? = nil, serial: String? = nil, signature: String? = nil,
        signatureType: String? = nil, requestID: String? = nil, contentType: String? = nil
    ) {
        self.timestamp = timestamp
        self.nonce = nonce
        self.serial = serial
        self.signature = signature
        self.signatureType = signatureType
        self.requestID = requestID
        self.contentType = contentType
    }

    /// Takes the headers from a case-insensitive lookup, which is asked for the lower-case names.
    ///
    /// The lookup should give nil for a header that was sent twice: which of the two was meant is unknown.
    public init(lookup: (_ lowercaseName: String) -> String?) {
        self.init(
            timestamp: lookup(NoticeHeaderName.timestamp), nonce: lookup(NoticeHeaderName.nonce),
            serial: lookup(NoticeHeaderName.serial), signature: lookup(NoticeHeaderName.signature),
            signatureType: lookup(NoticeHeaderName.signatureType), requestID: lookup(NoticeHeaderName.requestID),
            contentType: lookup(NoticeHeaderName.contentType))
    }

    /// Takes the headers from a list. A needed header that was sent twice counts as missing; a signature type or content
    /// type sent twice becomes empty, which no receiver supports.
    public init(list: some Sequence<(name: String, value: String)>) {
        var collector = NoticeHeaderCollector()
        for (name, value) in list { collector.add(name, value) }
        self = collector.headers
    }
}

/// The names of the headers, in lower case.
public enum NoticeHeaderName {
    /// Moment of signing.
    public static let timestamp = "wechatpay-timestamp"
    /// Random text of the signature.
    public static let nonce = "wechatpay-nonce"
    /// Which key signed.
    public static let serial = "wechatpay-serial"
    /// The signature.
    public static let signature = "wechatpay-signature"
    /// The scheme of the signature.
    public static let signatureType = "wechatpay-signature-type"
    /// Id for support questions.
    public static let requestID = "request-id"
    /// What the body is.
    public static let contentType = "content-type"
}
