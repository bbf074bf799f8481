/// What the refund query says of a refund (wechat-pay §4). Amounts are integers in fen.
public struct RefundAnswer: Sendable, Equatable {
    /// The caller's number of the refund.
    public var outRefundNo: String
    /// The platform's number of the refund: its identity.
    public var refundID: String
    /// The platform's number of the order.
    public var transactionID: String
    /// The caller's number of the order.
    public var outTradeNo: String
    /// `SUCCESS`, `CLOSED`, `PROCESSING` or `ABNORMAL`.
    public var status: String
    /// When the money went back, RFC 3339 as received; nil while it has not.
    public var successTime: String?
    /// Where the money went, for people.
    public var userReceivedAccount: String
    /// The order's amount.
    public var total: Int64
    /// The refund's amount.
    public var refund: Int64
    /// What the payer paid.
    public var payerTotal: Int64
    /// What the payer gets back.
    public var payerRefund: Int64

    /// Joins the members.
    public init(
        outRefundNo: String, refundID: String, transactionID: String, outTradeNo: String, status: String,
        successTime: String? = nil, userReceivedAccount: String = "", total: Int64, refund: Int64, payerTotal: Int64,
        payerRefund: Int64
    ) {
        self.outRefundNo = outRefundNo
        self.refundID = refundID
        self.transactionID = transactionID
        self.outTradeNo = outTradeNo
        self.status = status
        self.successTime = successTime
        self.userReceivedAccount = userReceivedAccount
        self.total = total
        self.refund = refund
        self.payerTotal = payerTotal
        self.payerRefund = payerRefund
    }
}
