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

    /// The UTC date of a moment, `2023-11-14`; seconds since 1970, at most the year 9999.
    public static func date(unixSeconds: UInt64) -> String {
        // Years that begin on 1 March, so that the leap day comes last; eras of 400 years.
        let shifted = Int64(min(unixSeconds, 253_402_300_799) / 86_400) + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(padded(month))-\(padded(day))"
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    static func signingKey(seed: SymmetricKey, date: String, service: String) -> SymmetricKey {
        var key = seed
        for part in [date, service, terminator] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return key
    }
}
