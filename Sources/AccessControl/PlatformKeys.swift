import Crypto
public import PaymentNotice

/// The keys by which notices of the platform are checked and opened: certificates by serial, WeChat Pay public keys by
/// id, and the APIv3 key (wechat-pay §1.10).
///
/// Several keys are held at once, because during a rotation or the change-over to public keys both kinds arrive in the
/// same hour. Immutable and prepared once, hence thread-safe; a rotation makes a new value. A certificate past its end
/// still verifies here: the room reads no clock; watch `certificateExpiries`.
public struct PlatformKeys: NoticeCrypto {
    /// A platform certificate and the serial it is expected to carry.
    public struct CertificateSource: Sendable, Equatable {
        /// The serial.
        public let serial: String
        /// The certificate.
        public let pem: String

        /// - Parameter serial: 40 upper-case hexadecimal digits; checked against the certificate.
        public init(serial: String, pem: String) {
            self.serial = serial
            self.pem = pem
        }
    }

    /// A WeChat Pay public key and its id.
    public struct PublicKeySource: Sendable, Equatable {
        /// The id.
        public let id: String
        /// The key.
        public let pem: String

        /// - Parameter id: `PUB_KEY_ID_` and digits; opaque.
        public init(id: String, pem: String) {
            self.id = id
            self.pem = pem
        }
    }

    /// Serials and the ends of their certificates, Unix seconds, in the order given.
    public let certificateExpiries: [(serial: String, notValidAfterSeconds: Int64)]
    /// Ids of the public keys, in the order given.
    public let publicKeyIDs: [String]

    private let keys: [String: RSAPublicKey]
    private let apiV3Key: SymmetricKey

    /// Prepares the keys. At least one certificate or public key.
    /// - Parameters:
    ///   - apiV3Key: 32 bytes.
    ///   - allowsNone: for a set-up that fetches its certificates: until it has, every notice is of an unknown serial.
    public init(
        certificates: [CertificateSource], publicKeys: [PublicKeySource], apiV3Key: [UInt8], allowsNone: Bool = false
    ) throws(PlatformKeysError) {
        let keyCount = certificates.count + publicKeys.count
        guard ((allowsNone ? 0 : 1)...AccessLimits.platformKeyCountMax).contains(keyCount) else {
            throw .key(.keyCount(keyCount))
        }
        guard apiV3Key.count == AccessLimits.apiV3KeyByteCount else { throw .key(.apiV3KeyLength(apiV3Key.count)) }
        var keys: [String: RSAPublicKey] = [:]
        var expiries: [(serial: String, notValidAfterSeconds: Int64)] = []
        for source in certificates {
            let (key, notValidAfterSeconds) = try Self.prepare(source)
            guard keys.updateValue(key, forKey: source.serial) == nil else { throw .key(.repeatedKey(source.serial)) }
            expiries.append((source.serial, notValidAfterSeconds))
        }
        for source in publicKeys {
            guard keys.updateValue(try Self.prepare(source), forKey: source.id) == nil else {
                throw .key(.repeatedKey(source.id))
            }
        }
        self.keys = keys
        self.certificateExpiries = expiries
        self.publicKeyIDs = publicKeys.map(\.id)
        self.apiV3Key = SymmetricKey(data: apiV3Key)
    }

    private static func prepare(
        _ source: CertificateSource
    ) throws(PlatformKeysError) -> (RSAPublicKey, notValidAfterSeconds: Int64) {
        guard let certificate = CertificateReader.read(pem: source.pem) else {
            throw .notACertificate(serial: source.serial)
        }
        let serial = CertificateReader.serial(of: certificate)
        guard serial == source.serial else { throw .serialMismatch(configured: source.serial, found: serial) }
        do {
            let key = try RSAPublicKey(certificate: certificate, owner: "platform certificate \(serial)")
            return (key, CertificateReader.notValidAfterSeconds(of: certificate))
        } catch {
            throw .key(error)
        }
    }

    private static func prepare(_ source: PublicKeySource) throws(PlatformKeysError) -> RSAPublicKey {
        do {
            return try RSAPublicKey(publicKeyPEM: source.pem, owner: "WeChat Pay public key \(source.id)")
        } catch {
            throw .key(error)
        }
    }

    /// Serials and ids, certificates first, in the order given.
    public var names: [String] { certificateExpiries.map(\.serial) + publicKeyIDs }

    /// Checks a signature with the key of exactly that serial or id.
    public func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck {
        guard let key = keys[serial] else { return .unknownSerial }
        return key.isValid(signature: signature, message: message) ? .ok : .mismatch
    }

    /// Opens AES-256-GCM; the ciphertext ends with its 16-byte tag. Nil when the tag fails or a length is wrong.
    public func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]? {
        let tagStart = ciphertext.count - AccessLimits.gcmTagByteCount
        guard tagStart >= 0, nonce.count == AccessLimits.gcmNonceByteCount,
            let box = try? AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: ciphertext[..<tagStart], tag: ciphertext[tagStart...]),
            let plaintext = try? AES.GCM.open(box, using: apiV3Key, authenticating: associatedData)
        else { return nil }
        return Array(plaintext)
    }
}
