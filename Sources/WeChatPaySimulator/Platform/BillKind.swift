/// Which lines a trade bill has, and its columns (wechat-pay §4.1).
enum BillKind: String, Sendable, CaseIterable {
    /// Payments and refunds.
    case all = "ALL"
    /// Payments only.
    case success = "SUCCESS"
    /// Refunds only.
    case refund = "REFUND"

    private static let refundColumns: Set<BillColumn> = [
        .refundID, .outRefundNo, .refundAmount, .couponRefund, .refundType, .refundState, .refundRequested,
    ]

    /// The columns in their order.
    var columns: [BillColumn] {
        let common = BillColumn.allCases.filter { $0 != .refundAcceptedTime && $0 != .refundSuccessTime }
        switch self {
        case .all: return common
        case .success: return common.filter { !Self.refundColumns.contains($0) }
        case .refund:
            return common.flatMap { $0 == .coupon ? [$0, .refundAcceptedTime, .refundSuccessTime] : [$0] }
        }
    }

    /// The header of the summary.
    var summaryColumns: [String] {
        self == .success
            ? ["总交易单数", "应结订单总金额", "手续费总金额", "订单总金额"]
            : ["总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额", "订单总金额", "申请退款总金额"]
    }
}

/// The columns of a trade bill, by their names there.
enum BillColumn: String, Sendable, CaseIterable {
    case time = "交易时间"
    case appID = "公众账号ID"
    case merchant = "商户号"
    case subMerchant = "特约商户号"
    case device = "设备号"
    case transaction = "微信订单号"
    case outTradeNo = "商户订单号"
    case payer = "用户标识"
    case tradeType = "交易类型"
    case state = "交易状态"
    case bank = "付款银行"
    case currency = "货币种类"
    case settlement = "应结订单金额"
    case coupon = "代金券金额"
    case refundAcceptedTime = "退款申请时间"
    case refundSuccessTime = "退款成功时间"
    case refundID = "微信退款单号"
    case outRefundNo = "商户退款单号"
    case refundAmount = "退款金额"
    case couponRefund = "充值券退款金额"
    case refundType = "退款类型"
    case refundState = "退款状态"
    case description = "商品名称"
    case attach = "商户数据包"
    case fee = "手续费"
    case rate = "费率"
    case amount = "订单金额"
    case refundRequested = "申请退款金额"
    case rateNote = "费率备注"
}
