/// Why a key could not be used.
public enum KeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is not a PEM key of the kind asked for; with whose key it was.
    case notAKey(String)
    /// The RSA key has a size that is not accepted.
    case keySize(String, bitCount: Int)
    /// A serial number that is not 1 to 20 bytes of hexadecimal digits.
    case serial(String)
    /// The APIv3 key does not have 32 bytes.
    case apiV3KeyLength(Int)
    /// The API key of API v2 does not have 32 bytes.
    case apiV2KeyLength(Int)
    /// Too many keys; with how many.
    case keyCount(Int)
    /// Two keys of one name.
    case repeatedKey(String)
    /// The cryptographic library refused an operation; with what was attempted.
    case operationFailed(String)

    /// What was wrong and what is allowed; never shows a key.
    public var description: String {
        switch self {
        case .notAKey(let owner): "\(owner): not a PEM RSA key or certificate of the kind expected here"
        case .keySize(let owner, let bitCount):
            "\(owner): RSA key of \(bitCount) bits; \(AccessLimits.rsaBitCountMin) to \(AccessLimits.rsaBitCountMax)"
                + " are accepted"
        case .serial(let text): "serial \"\(text)\": 1 to 20 bytes in upper-case hexadecimal digits are allowed"
        case .apiV3KeyLength(let count): "the APIv3 key has \(count) bytes; it must have 32"
        case .apiV2KeyLength(let count): "the API v2 key has \(count) bytes; it must have 32"
        case .keyCount(let count): "\(count) keys: 1 to the limit of their kind are allowed"
        case .repeatedKey(let name): "the key \(name) is named twice"
        case .operationFailed(let what): "\(what) failed in the cryptographic library"
        }
    }
}
