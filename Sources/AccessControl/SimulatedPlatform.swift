import Crypto
public import PaymentNotice

/// The platform's side of notices, for `wechatpay-simulator`: signs with a platform key, seals with the APIv3 key.
///
/// Immutable, thread-safe.
public struct SimulatedPlatform: NoticeSealer {
    /// Serial of the platform certificate, or id of the public key, this platform signs under.
    public let serial: String
    /// The platform's key.
    public let key: RSAKeyPair
    private let apiV3Key: SymmetricKey

    /// - Parameter apiV3Key: 32 bytes, shared with the receiver.
    public init(serial: String, key: RSAKeyPair, apiV3Key: [UInt8]) throws(KeyError) {
        guard apiV3Key.count == AccessLimits.apiV3KeyByteCount else { throw .apiV3KeyLength(apiV3Key.count) }
        self.serial = serial
        self.key = key
        self.apiV3Key = SymmetricKey(data: apiV3Key)
    }

    /// A serial as platform certificates carry it: 40 upper-case hexadecimal digits, a positive number of 20 bytes.
    public static func makeSerial() -> String {
        var bytes = RandomBytes.make(count: AccessLimits.serialByteCountMax)
        bytes[0] = bytes[0] & 0x3F | 0x40
        return Hashes.hex(bytes).uppercased()
    }

    /// An APIv3 key: 32 letters and digits.
    public static func makeAPIv3Key() -> [UInt8] {
        Array(RandomBytes.alphanumeric(count: AccessLimits.apiV3KeyByteCount).utf8)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, Base64.
    public func sign(_ message: [UInt8]) throws(KeyError) -> String {
        try key.sign(message)
    }

    /// AES-256-GCM: ciphertext, then its tag.
    public func seal(
        plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8]
    ) throws(KeyError) -> [UInt8] {
        guard nonce.count == AccessLimits.gcmNonceByteCount,
            let box = try? AES.GCM.seal(
                plaintext, using: apiV3Key, nonce: AES.GCM.Nonce(data: nonce), authenticating: associatedData)
        else { throw .operationFailed("sealing a resource") }
        return Array(box.ciphertext) + Array(box.tag)
    }
}
