/// Why a set of platform keys cannot be used.
public enum PlatformKeysError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file could not be read.
    case file(SecretFileError)
    /// A key cannot be used.
    case key(KeyError)
    /// The text is not a PEM certificate; by the configured serial.
    case notACertificate(serial: String)
    /// The certificate carries another serial than the configured one.
    case serialMismatch(configured: String, found: String)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .key(let error): error.description
        case .notACertificate(let serial): "platform certificate \(serial): not a PEM certificate"
        case .serialMismatch(let configured, let found):
            "platform certificate configured as \(configured) carries the serial \(found); the serial is 40 upper-case"
                + " hexadecimal digits and must be the certificate's own"
        }
    }
}
