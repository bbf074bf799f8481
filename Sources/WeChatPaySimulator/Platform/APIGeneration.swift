/// The two generations of WeChat Pay's API.
public enum APIGeneration: String, Sendable, CaseIterable {
    /// JSON, RSA signatures, sealed notices.
    case v3
    /// XML, signed by a shared key.
    case v2
}
