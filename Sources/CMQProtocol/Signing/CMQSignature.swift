/// How a request was signed: the base64 signature of API 2.0, which API 3.0 also takes.
public struct CMQSignature: Sendable, Hashable {
    /// The hash under the HMAC.
    public enum Method: Sendable, Hashable {
        /// 20 bytes.
        case hmacSHA1
        /// 32 bytes.
        case hmacSHA256
    }

    /// Who claims to have signed, 1…``CMQLimits/wordByteCountMax`` bytes.
    public var secretID: String
    /// When, in seconds since 1970. Whether that is near the present was not checked.
    public var timestampSeconds: UInt64
    /// At most 2^63-1; several requests may have the same.
    public var nonce: UInt64
    /// `HmacSHA256` or `sha256`; anything else, or nothing, means SHA-1.
    public var method: Method
    /// The decoded signature; empty where what was sent is not base64, which no signature equals.
    public var bytes: [UInt8]

    /// Joins the members.
    public init(secretID: String, timestampSeconds: UInt64, nonce: UInt64, method: Method, bytes: [UInt8]) {
        self.secretID = secretID
        self.timestampSeconds = timestampSeconds
        self.nonce = nonce
        self.method = method
        self.bytes = bytes
    }
}
