/// What a receiver knows of itself: its merchant numbers, its clock window, the signature schemes it holds keys for.
public struct NoticeVerifierSettings: Sendable, Equatable {
    /// Our own provider numbers (`sp_mchid`): partner-mode notices must name one of them.
    public var providerMerchantIDs: Set<String>
    /// Merchant numbers we receive for directly (`mchid`): direct-mode notices must name one of them.
    public var directMerchantIDs: Set<String>
    /// A timestamp this many seconds or more from the clock is refused.
    public var clockWindowSeconds = NoticeLimits.clockWindowSeconds
    /// Accepted signature schemes. An absent header means `defaultSignatureType`.
    public var signatureTypes: Set<String> = [Self.defaultSignatureType]
    /// The longest body that is looked at, in bytes.
    public var bodyByteCountMax = NoticeLimits.bodyByteCountMax

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    public static let defaultSignatureType = "WECHATPAY2-SHA256-RSA2048"

    /// Makes settings with the platform's defaults.
    public init(providerMerchantIDs: Set<String>, directMerchantIDs: Set<String> = []) {
        self.providerMerchantIDs = providerMerchantIDs
        self.directMerchantIDs = directMerchantIDs
    }

    /// Checks the settings against their bounds and against each other.
    public func validate() throws(NoticeSettingsError) {
        let merchantCount = providerMerchantIDs.count + directMerchantIDs.count
        guard (1...NoticeLimits.ownMerchantCountMax).contains(merchantCount) else {
            throw .merchantCount(merchantCount)
        }
        for merchantID in providerMerchantIDs.union(directMerchantIDs).sorted() {
            guard NoticeText.isMerchantID(merchantID) else { throw .merchantID(merchantID) }
        }
        guard (1...NoticeLimits.clockWindowSecondsMax).contains(clockWindowSeconds) else {
            throw .clockWindowSeconds(clockWindowSeconds)
        }
        guard !signatureTypes.isEmpty, !signatureTypes.contains("") else { throw .noSignatureType }
        guard (1...NoticeLimits.bodyByteCountMax).contains(bodyByteCountMax) else {
            throw .bodyByteCountMax(bodyByteCountMax)
        }
    }
}

/// A setting of the notice verifier that cannot stand.
public enum NoticeSettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// How many own merchant numbers were given.
    case merchantCount(Int)
    /// A merchant number that is none.
    case merchantID(String)
    /// A window outside its bounds.
    case clockWindowSeconds(Int64)
    /// No signature scheme was given, or an empty one.
    case noSignatureType
    /// A body limit outside its bounds.
    case bodyByteCountMax(Int)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .merchantCount(let count):
            "\(count) own merchant numbers: 1 to \(NoticeLimits.ownMerchantCountMax) are allowed"
        case .merchantID(let text):
            "merchant number \"\(text)\": 1 to \(NoticeLimits.merchantIDByteCountMax) letters and digits are allowed"
        case .clockWindowSeconds(let seconds):
            "clock window of \(seconds) s: 1 to \(NoticeLimits.clockWindowSecondsMax) s are allowed"
        case .noSignatureType: "signature types: at least one, none of them empty"
        case .bodyByteCountMax(let count):
            "body limit of \(count) bytes: 1 to \(NoticeLimits.bodyByteCountMax) are allowed"
        }
    }
}
