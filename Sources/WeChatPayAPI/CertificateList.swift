public import AccessControl
public import PaymentNotice

/// The platform's list of its certificates.
public struct CertificateList: Sendable {
    /// The certificates, each still sealed.
    public let certificates: [SealedCertificate]
    /// Nil where the answer's signature was checked by a key that was held before. Otherwise the answer names a key that is not
    /// held: it may only be believed where it holds by a certificate of this very list, opened with the APIv3 key.
    public let unchecked: UncheckedAnswer?

    /// Joins the members.
    public init(certificates: [SealedCertificate], unchecked: UncheckedAnswer? = nil) {
        self.certificates = certificates
        self.unchecked = unchecked
    }
}

/// An answer whose signature is still to be checked, with the moment it came.
public struct UncheckedAnswer: Sendable {
    private let headers: NoticeHeaders
    private let body: [UInt8]
    private let receivedAtSeconds: Int64

    /// - Parameter receivedAtSeconds: Unix time of our clock.
    public init(headers: NoticeHeaders, body: [UInt8], receivedAtSeconds: Int64) {
        self.headers = headers
        self.body = body
        self.receivedAtSeconds = receivedAtSeconds
    }

    /// Which key it claims to be signed by.
    public var serial: String { headers.serial ?? "" }

    /// Checks it by these keys.
    public func check(by keys: PlatformKeys) -> AnswerCheck {
        keys.verifyAnswer(headers: headers, body: body, nowSeconds: receivedAtSeconds)
    }
}
