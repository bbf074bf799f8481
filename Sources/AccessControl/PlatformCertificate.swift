/// A platform certificate that was looked at: an RSA key of an accepted size, its serial, its validity.
///
/// Whether it may be trusted is not decided here: a certificate may have been made by anybody. Immutable, thread-safe.
public struct PlatformCertificate: Sendable, Equatable {
    /// Its own serial: 1 to 20 bytes in upper-case hexadecimal digits.
    public let serial: String
    /// Unix seconds.
    public let notBeforeSeconds: Int64
    /// Unix seconds, the last moment included.
    public let notAfterSeconds: Int64
    /// The text it was read from.
    public let pem: String

    /// Reads one.
    ///
    /// - Throws: ``PlatformKeysError/notACertificate(serial:)`` with what it was said to be, ``PlatformKeysError/key(_:)`` where the key is no RSA key
    ///   of 2048 to 4096 bits.
    public init(pem: String, saidToBe serial: String) throws(PlatformKeysError) {
        guard pem.utf8.count <= AccessLimits.secretFileByteCountMax, let certificate = CertificateReader.read(pem: pem)
        else { throw .notACertificate(serial: serial) }
        self.serial = CertificateReader.serial(of: certificate)
        do {
            _ = try RSAPublicKey(certificate: certificate, owner: "platform certificate \(self.serial)")
        } catch {
            throw .key(error)
        }
        notBeforeSeconds = CertificateReader.notValidBeforeSeconds(of: certificate)
        notAfterSeconds = CertificateReader.notValidAfterSeconds(of: certificate)
        self.pem = pem
    }

    /// The form in which keys are made of it.
    public var source: PlatformKeys.CertificateSource { .init(serial: serial, pem: pem) }
}
