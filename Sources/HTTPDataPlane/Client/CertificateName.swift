internal import NIOSSL

/// Whether a certificate is for a name (RFC 6125), by its DNS names only.
///
/// The TLS library also accepts a certificate that names the peer's address instead of the host. For an endpoint known by
/// name that is not enough: merchant-push §9 wants the certificate checked against the name.
enum CertificateName {
    static func covers(_ certificate: NIOSSLCertificate, host: String) -> Bool {
        certificate._subjectAlternativeNames().contains { name in
            name.nameType == .dnsName && matches(pattern: String(decoding: name.contents, as: UTF8.self), host: host)
        }
    }

    /// Exact without case, or `*` as the whole first label, standing for exactly one label of a name with at least three.
    static func matches(pattern: String, host: String) -> Bool {
        let pattern = pattern.lowercased()
        let host = host.lowercased()
        guard pattern.hasPrefix("*.") else { return !pattern.utf8.contains(UInt8(ascii: "*")) && pattern == host }
        let suffix = pattern.dropFirst()
        guard suffix.dropFirst().contains("."), !suffix.contains("*"), let dot = host.firstIndex(of: ".") else {
            return false
        }
        return dot != host.startIndex && host[dot...] == suffix
    }
}
