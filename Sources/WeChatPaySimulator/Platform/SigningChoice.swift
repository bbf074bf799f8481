/// Which of the platform's keys signs (wechat-pay §1.10).
public enum SigningChoice: String, Sendable, CaseIterable {
    /// The first certificate's.
    case certificate
    /// The one of public-key mode.
    case publicKey = "public_key"
    /// The newest certificate's.
    case newCertificate = "new_certificate"
    /// By the shares that are in force: during a change both kinds arrive in the same hour.
    case mixed
}
