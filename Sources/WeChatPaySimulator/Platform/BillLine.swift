/// One line of a trade bill: a payment, or a refund that was asked for. Amounts in fen.
struct BillLine: Sendable, Equatable {
    let order: PlatformOrder
    /// Nil for a payment.
    let refund: PlatformRefund?
    /// 交易状态.
    var state: String
    /// Order amount; 0 on the line of a refund.
    var amount: Int64
    /// What is given back; 0 on the line of a payment.
    var refundAmount: Int64

    /// A payment keeps its line whatever became of it, except that a revoked one says so.
    init(payment order: PlatformOrder) {
        self.order = order
        refund = nil
        let isRevoked = order.state == .revoked
        state = isRevoked ? "REVOKED" : "SUCCESS"
        amount = isRevoked ? 0 : order.amount
        refundAmount = isRevoked ? order.amount : 0
    }

    init(_ refund: PlatformRefund, of order: PlatformOrder) {
        self.order = order
        self.refund = refund
        state = "REFUND"
        amount = 0
        refundAmount = refund.amount
    }

    /// Success time of the payment, or the time the refund was asked for, Unix milliseconds.
    var atMillis: Int64 { refund?.createdAtMillis ?? order.paidAtMillis ?? 0 }

    /// 0.60 % of what the merchant gets, in hundred-thousandths of a yuan: exact, as 0.6 % of a fen is six of them.
    var feeUnits: Int64 { (amount - (refund == nil ? 0 : refundAmount)) * 6 }

    /// The field of a column, without its back-tick.
    func text(_ column: BillColumn) -> String {
        switch column {
        case .time: Self.timeText(atMillis)
        case .appID: order.appID
        case .merchant: order.providerMerchantID ?? order.number.merchantID
        case .subMerchant: order.providerMerchantID == nil ? "0" : order.number.merchantID
        case .device: order.deviceID
        case .transaction: order.transactionID ?? ""
        case .outTradeNo: order.number.outTradeNo
        case .payer: order.openID
        case .tradeType: order.tradeType
        case .state: state
        case .bank: order.bankType
        case .currency: "CNY"
        case .settlement, .amount: Format.yuan(amount)
        case .coupon, .couponRefund: "0.00"
        case .refundAcceptedTime: Self.timeText(atMillis)
        case .refundSuccessTime: refund?.endedAtMillis.map(Self.timeText) ?? ""
        case .refundID: refund?.refundID ?? "0"
        case .outRefundNo: refund?.outRefundNo ?? "0"
        case .refundAmount, .refundRequested: Format.yuan(refundAmount)
        case .refundType: refund == nil ? "" : "ORIGINAL"
        case .refundState: refund?.state.rawValue ?? ""
        case .description: Self.field(order.description)
        case .attach: Self.field(order.attach)
        case .fee: Self.feeText(feeUnits)
        case .rate: "0.60%"
        case .rateNote: ""
        }
    }

    /// Hundred-thousandths of a yuan as text.
    static func feeText(_ units: Int64) -> String {
        let digits = Format.leftPadded(String(units.magnitude % 100_000), 5, with: "0")
        return "\(units < 0 ? "-" : "")\(units.magnitude / 100_000).\(digits)"
    }

    /// Beijing time without zone.
    private static func timeText(_ millis: Int64) -> String {
        String(ChinaTime.text(millis: millis).prefix(19)).replacing("T", with: " ")
    }

    /// A line has no line breaks in it, and a field no `,` before a back-tick, which would begin another: there is no quoting.
    private static func field(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 }).replacing(",`", with: ", `")
    }
}
