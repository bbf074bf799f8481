internal import AccessControl
internal import PaymentNotice
internal import WeChatPayAPI

/// Why a list of certificates is not believed, or could not be had.
enum CertificateListError: Error, Equatable, CustomStringConvertible {
    /// The call failed.
    case call(PlatformCallError)
    /// No certificate opens with the APIv3 key.
    case notOpened(serial: String)
    /// What opened is no certificate that can be used.
    case unusable(PlatformKeysError)
    /// The list says another serial than the certificate.
    case serialMismatch(said: String, found: String)
    /// The answer names a key that is not held, and does not hold by a certificate of its own list.
    case untrusted(NoticeRefusal)
    /// The list is empty where a certificate is needed.
    case empty

    /// What was wrong, for an operator.
    var description: String {
        switch self {
        case .call(let error): error.description
        case .notOpened(let serial):
            "the certificate \(serial) does not open: the APIv3 key is another than the platform's"
        case .unusable(let error): error.description
        case .serialMismatch(let said, let found): "the certificate listed as \(said) carries the serial \(found)"
        case .untrusted(let reason):
            "the answer is signed by a key that is not held, and does not hold by a certificate of its own list: \(reason.rawValue)"
        case .empty: "the list names no certificate"
        }
    }
}
