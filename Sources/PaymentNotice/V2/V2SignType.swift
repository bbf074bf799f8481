/// How an API v2 message is signed (wechat-pay §3.2).
public enum V2SignType: String, Sendable, CaseIterable {
    /// The protocol's default. Weak; used for nothing else.
    case md5 = "MD5"
    /// HMAC with the API key.
    case hmacSHA256 = "HMAC-SHA256"

    /// Hexadecimal digits of a sign.
    public var signByteCount: Int {
        switch self {
        case .md5: 32
        case .hmacSHA256: 64
        }
    }
}
