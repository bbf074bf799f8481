/// Risk control.
public struct RiskSettings: Sendable, Equatable {
    /// The rule file; nil takes the built-in rules.
    public var rulesFile: String?
    /// Where blocks and unblocks are told; nil: nowhere.
    public var callbackURL: String?
    /// File with the secret that signs them.
    public var callbackSecretFile: String?

    /// The defaults.
    public init() {}
}
