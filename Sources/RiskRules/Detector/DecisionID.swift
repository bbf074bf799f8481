internal import MessageModel

/// Ids of decisions: the same log under the same rules gives the same ids, so that a repeated callback is known as one.
enum DecisionID {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let hasher = SipHash(key0: 0x6465_6369_7369_6f6e, key1: 0x2d69_642d_6669_7865)

    /// The id of what this rule of this set decided about this merchant at this order.
    static func of(ruleSet: String, rule: String, merchantID: String, orderNumber: UInt64, sequence: UInt32) -> String {
        let text = "\(ruleSet)\n\(rule)\n\(merchantID)\n\(orderNumber)\n\(sequence)"
        let (high, low) = hasher.hash128(Array(text.utf8).span)
        let value = UInt128(high) << 64 | UInt128(low)
        // 26 digits of 5 bits hold 130 bits: the first one is at most 7.
        let text32 = stride(from: 125, through: 0, by: -5).map {
            digits[Int(truncatingIfNeeded: value >> UInt128($0)) & 31]
        }
        return "rd_" + String(decoding: text32, as: UTF8.self)
    }

    /// The case a block opens.
    static func caseID(_ decisionID: String) -> String { DecisionCase.prefix + decisionID }
}

/// Cases of the restrictions that decisions lead to.
public enum DecisionCase {
    /// What their ids begin with.
    public static let prefix = "risk-"
}
