/// The bounds of signing and verifying pushed messages (merchant-push §8, §10).
public enum WebhookLimits {
    /// Bytes of a symmetric key.
    public static let secretByteCounts = 24...64
    /// Bytes of a key made here.
    public static let generatedSecretByteCount = 32
    /// Characters of a message id.
    public static let idByteCounts = 1...128
    /// Digits of a timestamp in seconds.
    public static let timestampDigitCountMax = 12
    /// Both directions, both ends included.
    public static let toleranceSeconds: Int64 = 300
    /// Keys that sign one message during a rotation.
    public static let activeKeyCountMax = 5
    /// Keys a verifier holds of each kind.
    public static let verifierKeyCountMax = 16
    /// The value of `webhook-signature` that is looked at; five signatures have less than 500 bytes.
    public static let signatureHeaderByteCountMax = 4_096
    /// Headers of its own that one endpoint may ask for.
    public static let customHeaderCountMax = 32
    /// Their names and values together.
    public static let customHeadersByteCountMax = 8_192
    /// An Ed25519 seed or public key.
    static let ed25519KeyByteCount = 32
    /// An Ed25519 signature.
    static let ed25519SignatureByteCount = 64
}
