/// Why a notice was refused, in the order in which the checks are made (wechat-pay §1.13).
///
/// The raw value is the reason code: fit for a metric label, and not to be told to the sender.
public enum NoticeRefusal: String, Sendable, CaseIterable {
    /// One of the four required headers is absent, empty, too long or sent twice.
    case missingHeader = "missing-header"
    /// The body is longer than the limit.
    case bodyTooLarge = "body-too-large"
    /// The timestamp is not decimal digits.
    case timestampMalformed = "timestamp-malformed"
    /// The timestamp is too far from the clock, in either direction.
    case timestampOutOfWindow = "timestamp-out-of-window"
    /// The signature scheme is not among the configured ones.
    case unsupportedSignatureType = "unsupported-signature-type"
    /// No key of that serial or id is configured.
    case unknownSerial = "unknown-serial"
    /// The signature does not hold over the bytes received.
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
    /// A success event about something that is not a success, or amounts that contradict each other.
    case inconsistent = "inconsistent"

    /// The suggested HTTP status. The platform itself only tells 200 and 204 from the rest.
    public var status: Int {
        switch self {
        case .missingHeader, .timestampMalformed, .timestampOutOfWindow, .unsupportedSignatureType, .unknownSerial,
            .signatureMismatch:
            401
        case .bodyTooLarge: 413
        case .malformedEnvelope, .unsupportedResource, .malformedPlaintext, .notOurs, .inconsistent: 400
        case .decryptFailed: 500
        }
    }

    /// Whether a person must look: the message was authentic and yet could not be taken.
    public var raisesAlarm: Bool {
        switch self {
        case .decryptFailed, .malformedPlaintext, .notOurs, .inconsistent: true
        default: false
        }
    }

    /// Whether the order should be asked for, because the notice leaves its state open.
    public var asksOrderQuery: Bool { self == .inconsistent }
}
