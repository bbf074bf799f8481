import FoundationEssentials
import SwiftASN1
import X509

/// Reads platform certificates and their serial numbers.
enum CertificateReader {
    static func read(pem: String) -> Certificate? {
        try? Certificate(pemEncoded: pem)
    }

    /// Upper-case hexadecimal digits without leading zero bytes, as the platform writes serials.
    static func serial(of certificate: Certificate) -> String {
        Hashes.hex(Array(certificate.serialNumber.bytes.drop { $0 == 0 })).uppercased()
    }

    /// Unix seconds, rounded down.
    static func notValidBeforeSeconds(of certificate: Certificate) -> Int64 {
        Int64(certificate.notValidBefore.timeIntervalSince1970.rounded(.down))
    }

    /// Unix seconds, rounded down.
    static func notValidAfterSeconds(of certificate: Certificate) -> Int64 {
        Int64(certificate.notValidAfter.timeIntervalSince1970.rounded(.down))
    }
}
