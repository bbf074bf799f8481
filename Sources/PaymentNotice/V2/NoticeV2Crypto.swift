/// The cryptography of API v2, with the key inside. This room does none itself. Implementations are thread-safe and never trap,
/// whatever the bytes.
public protocol NoticeV2Crypto: Sendable {
    /// The sign of a message as ``V2Canonical/message(_:)`` gives it, without the key: upper-case hexadecimal digits.
    func sign(_ signType: V2SignType, message: [UInt8]) -> String

    /// Whether this is the sign, exactly; compared in constant time.
    func isValid(_ signType: V2SignType, message: [UInt8], sign: String) -> Bool
}
