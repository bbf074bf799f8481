/// One detail line of a trade bill. Amounts are integers in fen.
public struct TradeBillLine: Sendable, Equatable {
    /// What the line tells of, by its column 交易状态.
    public enum Kind: Sendable, Hashable {
        /// `SUCCESS`: a payment. A payment that was refunded later keeps this line.
        case payment
        /// `REFUND`: a refund that was accepted that day.
        case refund
        /// `REVOKED`: a payment by payment code that was revoked after it had succeeded.
        case revocation
        /// Another state, as it stands there.
        case other
    }

    /// Number of the line in the file, from 1 on.
    public var number: Int
    /// What it tells of.
    public var kind: Kind
    /// Column 交易状态 as it stands there.
    public var state: String
    /// Success time of a payment, or time at which a refund was accepted; Unix milliseconds.
    public var timeMillis: Int64
    /// The merchant whose money it is: 特约商户号, or 商户号 in direct mode.
    public var merchantID: String
    /// The platform's order number.
    public var transactionID: String
    /// The caller's order number.
    public var outTradeNo: String
    /// Order amount; the old layout's only total.
    public var amount: Int64
    /// Order amount less coupons that are not pre-charged.
    public var settlementAmount: Int64
    /// Coupons.
    public var couponAmount: Int64
    /// Amount of the refund; 0 for a payment.
    public var refundAmount: Int64
    /// Amount that was asked to be refunded; 0 for a payment, and in the old layout.
    public var refundRequestedAmount: Int64
    /// Coupons among the refund.
    public var couponRefundAmount: Int64
    /// State of the refund at the time the bill was made; empty for a payment.
    public var refundState: String

    /// Whether this may be what the payer paid.
    ///
    /// The documents leave open whether 代金券金额 counts coupons that are not pre-charged, which 应结订单金额 has left out already: both readings hold.
    public func allows(payerAmount: Int64) -> Bool {
        payerAmount == settlementAmount - couponAmount || payerAmount == amount - couponAmount
    }

    /// What the payer paid by the first of the two readings, for people.
    public var payerAmount: Int64 { max(settlementAmount - couponAmount, 0) }
}
