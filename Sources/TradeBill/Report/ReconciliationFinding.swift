/// One payment that is not matched. Amounts are integers in fen.
public struct ReconciliationFinding: Sendable, Equatable {
    /// What it is.
    public var kind: ReconciliationClass
    /// Line of the bill, from 1 on; nil for an order that the bill lacks.
    public var line: Int?
    /// The merchant; as the bill names it where it has a line.
    public var merchantID: String
    /// The platform's order number.
    public var transactionID: String
    /// The caller's order number; as the bill names it where it has a line.
    public var outTradeNo: String
    /// Order amount of the bill.
    public var billAmount: Int64?
    /// What the payer paid, of the bill.
    public var billPayerAmount: Int64?
    /// Order amount received.
    public var localAmount: Int64?
    /// What the payer paid, as received.
    public var localPayerAmount: Int64?
    /// What else is to be said, in words; at most ``TradeBillLimits/remarkByteCountMax`` bytes.
    public var remark: String

    /// Joins the members.
    public init(
        kind: ReconciliationClass, line: Int? = nil, merchantID: String, transactionID: String, outTradeNo: String,
        billAmount: Int64? = nil, billPayerAmount: Int64? = nil, localAmount: Int64? = nil,
        localPayerAmount: Int64? = nil, remark: String = ""
    ) {
        self.kind = kind
        self.line = line
        self.merchantID = merchantID
        self.transactionID = transactionID
        self.outTradeNo = outTradeNo
        self.billAmount = billAmount
        self.billPayerAmount = billPayerAmount
        self.localAmount = localAmount
        self.localPayerAmount = localPayerAmount
        var kept = remark
        while kept.utf8.count > TradeBillLimits.remarkByteCountMax { kept = String(kept.unicodeScalars.dropLast()) }
        self.remark = kept
    }
}
