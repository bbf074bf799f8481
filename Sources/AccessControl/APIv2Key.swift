import Crypto
public import PaymentNotice

/// The API key of WeChat Pay's API v2: signs and checks its messages (wechat-pay §3.2). Another secret than the APIv3 key.
///
/// MD5 is broken as a hash; here it is what the protocol demands of orders that were created with it, and it is used for nothing
/// else. Immutable, thread-safe.
public struct APIv2Key: NoticeV2Crypto {
    private let key: [UInt8]
    /// What goes behind every message: `&key=` and the key.
    private let suffix: [UInt8]

    /// - Parameter key: 32 bytes.
    public init(_ key: [UInt8]) throws(KeyError) {
        guard key.count == AccessLimits.apiV2KeyByteCount else { throw .apiV2KeyLength(key.count) }
        self.key = key
        suffix = Array(V2Canonical.keyPrefix.utf8) + key
    }

    /// Reads the key from a file, which must be closed to group and others.
    public static func load(path: String) throws(PlatformKeysError) -> APIv2Key {
        let text: String
        do {
            text = try SecretFile.readText(path: path)
        } catch {
            throw .file(error)
        }
        do {
            return try APIv2Key(Array(text.utf8))
        } catch {
            throw .key(error)
        }
    }

    /// The sign: upper-case hexadecimal digits.
    public func sign(_ signType: V2SignType, message: [UInt8]) -> String {
        let signed = message + suffix
        let digest: [UInt8] =
            switch signType {
            case .md5: Array(Insecure.MD5.hash(data: signed))
            case .hmacSHA256: Hashes.hmacSHA256(key: key, signed)
            }
        return Hashes.hex(digest).uppercased()
    }

    /// Whether this is the sign, in upper case and whole.
    public func isValid(_ signType: V2SignType, message: [UInt8], sign: String) -> Bool {
        ConstantTime.equal(Array(self.sign(signType, message: message).utf8), Array(sign.utf8))
    }
}
