/// The bounds of API keys and their file.
public enum IdentityLimits {
    /// Bytes of a key file.
    public static let fileByteCountMax = 4_194_304
    /// Arrays and objects open at once in a key file.
    public static let fileDepthMax = 8
    /// Values and member names in a key file.
    public static let fileNodeCountMax = 262_144
    /// Keys of one file.
    public static let keyCountMax = 4_096
    /// Bytes of a key's id, the leading `AKID` among them.
    public static let idByteCounts = 8...64
    /// Letters and digits behind `AKID` in an id that is made here.
    public static let madeIDByteCount = 24
    /// Bytes of a secret.
    public static let secretByteCounts = 16...128
    /// Letters and digits of a secret that is made here: 238 bits.
    public static let madeSecretByteCount = 40
    /// Bytes of an owner's label.
    public static let ownerByteCountMax = 64
    /// Grants of one key.
    public static let grantCountMax = 32
    /// Actions, queue patterns or topic patterns of one grant.
    public static let patternCountMax = 64
    /// Bytes of one pattern: an entity's name and the `*` behind it.
    public static let patternByteCountMax = 65
    /// Derived signing keys kept per secret: today's, and yesterday's or tomorrow's around midnight, for two services.
    public static let derivedKeyCountMax = 4
}
