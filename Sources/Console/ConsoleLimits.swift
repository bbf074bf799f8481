/// The bounds of the operator's API. A name ends in the unit of its value.
public enum ConsoleLimits {
    /// Bytes of a request body; a merchant of the largest size fits.
    public static let bodyByteCountMax = 524_288
    /// Arrays and objects open at once in a body.
    public static let bodyDepthMax = 8
    /// Values and member names in a body.
    public static let bodyNodeCountMax = 131_072
    /// Elements of one listing.
    public static let pageCountMax = 1_000
    /// Elements of a listing that does not say.
    public static let pageCountDefault = 100
    /// Campaigns or promotions in one listing: each may name a thousand merchants.
    public static let definitionPageCountMax = 100
    /// Connections at once.
    public static let connectionCountMax = 256
    /// Seconds a connection may be idle.
    public static let idleSecondsMax = 60
    /// Bytes of the name in the `x-operator` header, for the audit trail.
    public static let operatorNameByteCountMax = 64
}
