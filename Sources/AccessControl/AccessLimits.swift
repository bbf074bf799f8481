/// The bounds of keys, secrets and tokens.
public enum AccessLimits {
    /// A file with a secret, a key or a certificate, in bytes.
    public static let secretFileByteCountMax = 65_536
    /// Platform certificates and public keys held at once: two in a rotation, one public key, and room to spare.
    public static let platformKeyCountMax = 16
    /// Merchant API keys a simulated platform knows.
    public static let merchantKeyCountMax = 4_096
    /// The APIv3 key: AES-256.
    public static let apiV3KeyByteCount = 32
    /// The API key of API v2: 32 characters.
    public static let apiV2KeyByteCount = 32
    /// The IV of AES-GCM.
    public static let gcmNonceByteCount = 12
    /// The tag of AES-GCM.
    public static let gcmTagByteCount = 16
    /// RSA keys below are refused, larger ones too: verifying must stay cheap.
    public static let rsaBitCountMin = 2_048
    /// See `rsaBitCountMin`.
    public static let rsaBitCountMax = 4_096
    /// An RSA signature in Base64: 344 characters for 2048 bits, 684 for 4096.
    public static let signatureTextByteCountMax = 1_024
    /// A serial number of a certificate: 20 bytes by RFC 5280 §4.1.2.2.
    public static let serialByteCountMax = 20
    /// One `Authorization` header.
    public static let authorizationByteCountMax = 2_048
    /// A bearer token: long enough not to be guessed, short enough for a header.
    public static let tokenByteCounts = 24...256
    /// Tokens of one role: the current one and, during a rotation, the one before.
    public static let tokensPerRoleMax = 2
    /// A request to the platform this far from its clock is refused (wechat-pay §1.9).
    public static let clockWindowSeconds: Int64 = 300
}
