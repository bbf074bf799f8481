/// A platform certificate as `/v3/certificates` lists it: still encrypted under the APIv3 key (wechat-pay §1.10).
public struct SealedCertificate: Sendable, Equatable {
    /// What the platform says its serial is; to be compared with the certificate's own.
    public let serial: String
    /// The IV of AES-256-GCM, as text.
    public let nonce: String
    /// `certificate` in practice; empty when absent.
    public let associatedData: String
    /// Ciphertext and tag.
    public let ciphertext: [UInt8]

    /// Joins the members.
    public init(serial: String, nonce: String, associatedData: String, ciphertext: [UInt8]) {
        self.serial = serial
        self.nonce = nonce
        self.associatedData = associatedData
        self.ciphertext = ciphertext
    }
}
