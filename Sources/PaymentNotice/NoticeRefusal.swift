/// Why a notice was refused, in the order in which the checks are made (wechat-pay §1.13 for API v3, §3 for v2).
///
/// The raw value is the reason code: fit for a metric label, and not to be told to the sender.
public enum NoticeRefusal: String, Sendable, CaseIterable {
    /// One of the four required headers is absent, empty, too long or sent twice.
    case missingHeader = "missing-header"
    /// The body is longer than the limit.
    case bodyTooLarge = "body-too-large"
    /// The content type is another than JSON (v3) or XML (v2), or its charset another than UTF-8.
    case unsupportedMediaType = "unsupported-media-type"
    /// The timestamp is not decimal digits.
    case timestampMalformed = "timestamp-malformed"
    /// The timestamp is too far from the clock, in either direction.
    case timestampOutOfWindow = "timestamp-out-of-window"
    /// The signature scheme is not among the configured ones.
    case unsupportedSignatureType = "unsupported-signature-type"
    /// No key of that serial or id is configured.
    case unknownSerial = "unknown-serial"
    /// v2: the body is no flat XML document.
    case malformedXML = "malformed-xml"
    /// v2: the body has a document type declaration; none was looked into.
    case forbiddenDTD = "forbidden-dtd"
    /// v2: the platform's message about a failure of transport, without business fields and sign.
    case returnCodeFail = "return-code-fail"
    /// v2: there is no sign.
    case missingSign = "missing-sign"
    /// The signature does not hold over the bytes received (v3) or the fields (v2), or is of a weaker kind than the order's.
    case signatureMismatch = "signature-mismatch"
    /// The signed body is not an envelope: a member is missing, of the wrong type or of the wrong length.
    case malformedEnvelope = "malformed-envelope"
    /// The envelope names a resource type or an algorithm that this receiver does not know.
    case unsupportedResource = "unsupported-resource"
    /// The tag does not hold: our APIv3 key is not the platform's, or the associated data differ.
    case decryptFailed = "decrypt-failed"
    /// The decrypted text is not the object it should be.
    case malformedPlaintext = "malformed-plaintext"
    /// The merchant number is none of ours.
    case notOurs = "not-ours"
    /// v2: an authentic notice about a payment that failed.
    case resultCodeFail = "result-code-fail"
    /// A success event about something that is not a success, or amounts that contradict each other.
    case inconsistent = "inconsistent"

    /// The suggested HTTP status. The platform itself only tells 200 and 204 from the rest.
    public var status: Int {
        switch self {
        case .missingHeader, .timestampMalformed, .timestampOutOfWindow, .unsupportedSignatureType, .unknownSerial,
            .signatureMismatch, .missingSign:
            401
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .malformedXML, .forbiddenDTD, .returnCodeFail, .resultCodeFail, .malformedEnvelope, .unsupportedResource,
            .malformedPlaintext, .notOurs, .inconsistent:
            400
        case .decryptFailed: 500
        }
    }

    /// The status of the XML answer to an API v2 notice: what is no v2 notice at all gets a 4xx; everything else 200, because there the
    /// return code in the answer decides (wechat-pay §3.3).
    public var statusV2: Int {
        switch self {
        case .bodyTooLarge, .unsupportedMediaType, .malformedXML, .forbiddenDTD, .malformedEnvelope: status
        default: 200
        }
    }

    /// Whether a person must look: the message was authentic and yet could not be taken.
    public var raisesAlarm: Bool {
        switch self {
        case .decryptFailed, .malformedPlaintext, .notOurs, .resultCodeFail, .inconsistent: true
        default: false
        }
    }

    /// Whether the order should be asked for, because the notice leaves its state open.
    public var asksOrderQuery: Bool { self == .inconsistent || self == .resultCodeFail }
}
