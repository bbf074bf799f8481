/// Which orders a definition is about: paid within a window of event time, at these merchants, of at least an amount.
///
/// Criteria that exist are valid. Thread-safe: a value.
public struct OrderCriteria: Sendable, Hashable {
    /// Orders paid from this moment on, Unix milliseconds.
    public let startsAtMillis: Int64
    /// Orders paid before this moment, Unix milliseconds.
    public let endsAtMillis: Int64
    /// Whose orders.
    public let merchants: MerchantSelection
    /// Orders of this amount or more, fen.
    public let amountMinFen: Int64

    /// Joins the members.
    ///
    /// - Throws: ``CampaignError/invalid(member:allowed:)`` for a time or an amount outside ``CampaignLimits``, and for an end that
    ///   is not after the start.
    public init(
        startsAtMillis: Int64, endsAtMillis: Int64, merchants: MerchantSelection,
        amountMinFen: Int64 = CampaignLimits.amountMinFenDefault
    ) throws(CampaignError) {
        for (member, millis) in [("starts", startsAtMillis), ("ends", endsAtMillis)] {
            guard CampaignLimits.timeMillis.contains(millis) else {
                throw .invalid(member: member, allowed: "a time from 1970 to 9999 is allowed")
            }
        }
        guard startsAtMillis < endsAtMillis else {
            throw .invalid(member: "ends", allowed: "only a time after starts is allowed")
        }
        guard CampaignLimits.amountMinFen.contains(amountMinFen) else {
            throw .outside(CampaignLimits.amountMinFen, unit: "fen", member: "amount_min")
        }
        self.startsAtMillis = startsAtMillis
        self.endsAtMillis = endsAtMillis
        self.merchants = merchants
        self.amountMinFen = amountMinFen
    }

    /// Whether such an order counts. The start belongs to the window, the end does not.
    ///
    /// - Complexity: O(log n) in merchants named.
    public func admits(merchantID: String, amountFen: Int64, paidAtMillis: Int64) -> Bool {
        startsAtMillis <= paidAtMillis && paidAtMillis < endsAtMillis && amountFen >= amountMinFen
            && merchants.contains(merchantID)
    }
}
