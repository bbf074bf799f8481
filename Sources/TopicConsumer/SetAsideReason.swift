/// Why a message of the topic was not taken into account. A closed set: it labels metrics.
public enum SetAsideReason: String, Sendable, Hashable, CaseIterable {
    /// Its bytes are no order payment message.
    case malformed
    /// The amount is 0 or above ``ConsumerLimits/amountFenMax``.
    case amount
    /// Another currency than ``ConsumerLimits/currency``: amounts of different currencies cannot be added up.
    case currency
    /// Paid before ``ConsumerLimits/eventMillisMin``.
    case time
    /// Paid more than ``ConsumerLimits/clockAheadMillisMax`` after it was stored here.
    case clockAhead = "clock_ahead"
    /// Nobody registered the merchant.
    case unknownMerchant = "unknown_merchant"

    /// Its number in stored rows.
    var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}
