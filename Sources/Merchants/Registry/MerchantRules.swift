/// Checks that belong to other rooms, given by the wiring: what an endpoint URL and a signing key must be.
public struct MerchantRules: Sendable {
    /// Nil where the text is fine, otherwise what is wrong and what is allowed.
    public typealias Check = @Sendable (String) -> String?

    /// Judges an endpoint URL by the daemon's policy.
    public let endpointURL: Check
    /// Judges a signing key.
    public let signingKey: Check

    /// Joins the checks.
    public init(endpointURL: @escaping Check, signingKey: @escaping Check) {
        self.endpointURL = endpointURL
        self.signingKey = signingKey
    }
}
