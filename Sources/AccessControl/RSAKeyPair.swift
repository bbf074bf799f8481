import BoundedJSON
import Crypto
import CryptoExtras
import FoundationEssentials
import SwiftASN1
import X509

/// An RSA key that signs: of a provider towards the platform, or of the simulated platform.
///
/// Immutable, thread-safe. Making one takes tens to hundreds of milliseconds: for start-up.
public struct RSAKeyPair: Sendable {
    private let key: _RSA.Signing.PrivateKey

    private init(_ key: _RSA.Signing.PrivateKey) {
        self.key = key
    }

    /// Makes a key of 2048 bits.
    public static func generate() throws(KeyError) -> RSAKeyPair {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else {
            throw .operationFailed("making an RSA key")
        }
        return RSAKeyPair(key)
    }

    /// Reads a PEM private key, PKCS#8 or PKCS#1.
    public init(privateKeyPEM: String) throws(KeyError) {
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: privateKeyPEM) else {
            throw .notAKey("private key")
        }
        guard (AccessLimits.rsaBitCountMin...AccessLimits.rsaBitCountMax).contains(key.keySizeInBits) else {
            throw .keySize("private key", bitCount: key.keySizeInBits)
        }
        self.key = key
    }

    /// PKCS#8. A secret.
    public var privateKeyPEM: String { key.pkcs8PEMRepresentation }

    /// `BEGIN PUBLIC KEY`.
    public var publicKeyPEM: String { key.publicKey.pemRepresentation }

    /// RSASSA-PKCS1-v1_5 with SHA-256, Base64. The same message always gives the same signature.
    public func sign(_ message: [UInt8]) throws(KeyError) -> String {
        let digest = SHA256.hash(data: message)
        guard let signature = try? key.signature(for: digest, padding: .insecurePKCS1v1_5) else {
            throw .operationFailed("signing")
        }
        return StrictBase64.encode(Array(signature.rawRepresentation))
    }

    /// A certificate of this key, signed by itself.
    /// - Parameter serial: 1 to 20 bytes in upper-case hexadecimal digits; the first byte not zero and below 80, as a
    ///   positive DER integer of at most 20 bytes needs it.
    public func selfSignedCertificatePEM(
        serial: String, commonName: String, notBeforeSeconds: Int64, notAfterSeconds: Int64
    ) throws(KeyError) -> String {
        guard let serialBytes = Hashes.bytes(hex: serial), serial == serial.uppercased(),
            (1...AccessLimits.serialByteCountMax).contains(serialBytes.count), (0x01..<0x80).contains(serialBytes[0])
        else { throw .serial(serial) }
        do {
            let privateKey = Certificate.PrivateKey(key)
            let name = try DistinguishedName { CommonName(commonName) }
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(bytes: serialBytes),
                publicKey: privateKey.publicKey,
                notValidBefore: Date(timeIntervalSince1970: Double(notBeforeSeconds)),
                notValidAfter: Date(timeIntervalSince1970: Double(notAfterSeconds)), issuer: name, subject: name,
                signatureAlgorithm: .sha256WithRSAEncryption, extensions: try Certificate.Extensions {},
                issuerPrivateKey: privateKey)
            return try certificate.serializeAsPEM().pemString
        } catch {
            throw .operationFailed("making a certificate")
        }
    }
}
