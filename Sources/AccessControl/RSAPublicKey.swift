import BoundedJSON
import Crypto
import CryptoExtras
import X509

/// An RSA key that verifies RSASSA-PKCS1-v1_5 signatures with SHA-256. Immutable and prepared once; thread-safe.
struct RSAPublicKey: Sendable {
    private let key: _RSA.Signing.PublicKey

    /// - Parameter owner: whose key it is, for the error's text.
    init(_ key: _RSA.Signing.PublicKey, owner: String) throws(KeyError) {
        guard (AccessLimits.rsaBitCountMin...AccessLimits.rsaBitCountMax).contains(key.keySizeInBits) else {
            throw .keySize(owner, bitCount: key.keySizeInBits)
        }
        self.key = key
    }

    /// Reads a PEM public key.
    init(publicKeyPEM: String, owner: String) throws(KeyError) {
        guard let key = try? _RSA.Signing.PublicKey(pemRepresentation: publicKeyPEM) else { throw .notAKey(owner) }
        try self.init(key, owner: owner)
    }

    /// Takes the key of a certificate.
    init(certificate: Certificate, owner: String) throws(KeyError) {
        guard let key = _RSA.Signing.PublicKey(certificate.publicKey) else { throw .notAKey(owner) }
        try self.init(key, owner: owner)
    }

    /// Whether a Base64 signature holds over the message. False for anything that is no signature.
    func isValid(signature text: String, message: [UInt8]) -> Bool {
        guard text.utf8.count <= AccessLimits.signatureTextByteCountMax, let bytes = StrictBase64.decode(text),
            bytes.count == (key.keySizeInBits + 7) / 8
        else { return false }
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: bytes), for: SHA256.hash(data: message),
            padding: .insecurePKCS1v1_5)
    }
}
