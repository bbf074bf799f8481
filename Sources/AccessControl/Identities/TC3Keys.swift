internal import Crypto

/// Key derivation and signing of TC3-HMAC-SHA256 (`cmq-protocol.md` §10.2), as a client does it too.
public enum TC3Keys {
    /// The scheme's name, first word of the header and first line of what is signed.
    public static let scheme = "TC3-HMAC-SHA256"
    /// The end of a credential's scope.
    public static let terminator = "tc3_request"

    /// The three keys of a day and service, raw bytes: date, service, signing.
    public static func keys(secret: String, date: String, service: String) -> [[UInt8]] {
        let day = Hashes.hmacSHA256(key: Array("TC3".utf8) + Array(secret.utf8), Array(date.utf8))
        let ofService = Hashes.hmacSHA256(key: day, Array(service.utf8))
        return [day, ofService, Hashes.hmacSHA256(key: ofService, Array(terminator.utf8))]
    }

    /// The signature of a text, 32 bytes.
    public static func sign(_ text: [UInt8], secret: String, date: String, service: String) -> [UInt8] {
        Hashes.hmacSHA256(key: keys(secret: secret, date: date, service: service)[2], text)
    }

    static func signingKey(seed: SymmetricKey, date: String, service: String) -> SymmetricKey {
        var key = seed
        for part in [date, service, terminator] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return key
    }
}
