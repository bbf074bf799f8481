/// Which lines a bill has, by its detail header.
public enum TradeBillLayout: String, Sendable, CaseIterable {
    /// Payments and refunds.
    case all = "ALL"
    /// Payments only.
    case success = "SUCCESS"
    /// Refunds only, with their times.
    case refund = "REFUND"
}

/// Columns that are read, by the names any layout gives them. Others are passed over.
enum TradeBillColumn: Int, CaseIterable {
    case time, merchant, subMerchant, transaction, outTradeNo, state, settlement, coupon, refund, couponRefund,
        refundState, amount, refundRequested, refundAcceptedTime

    /// Names of the present layouts first, then those of older ones.
    var names: [String] {
        switch self {
        case .time: ["交易时间"]
        case .merchant: ["商户号"]
        case .subMerchant: ["特约商户号", "子商户号"]
        case .transaction: ["微信订单号"]
        case .outTradeNo: ["商户订单号"]
        case .state: ["交易状态"]
        case .settlement: ["应结订单金额", "总金额"]
        case .coupon: ["代金券金额", "企业红包金额", "代金券或立减优惠金额"]
        case .refund: ["退款金额"]
        case .couponRefund: ["充值券退款金额", "企业红包退款金额", "代金券或立减优惠退款金额"]
        case .refundState: ["退款状态"]
        case .amount: ["订单金额"]
        case .refundRequested: ["申请退款金额"]
        case .refundAcceptedTime: ["退款申请时间"]
        }
    }

    /// Without these a file is no trade bill.
    static let needed: [TradeBillColumn] = [.time, .merchant, .transaction, .outTradeNo, .state, .settlement]

    /// Columns that hold a merchant's own text, which may hold anything, what separates fields too. None of them is read.
    static let freeTexts: Set<String> = ["商品名称", "商户数据包"]

    static let byName: [String: TradeBillColumn] = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { column in column.names.map { ($0, column) } })
}

/// Columns of the summary.
enum TradeBillSum: Int, CaseIterable {
    case count, settlement, refund, couponRefund, amount, refundRequested

    var names: [String] {
        switch self {
        case .count: ["总交易单数"]
        case .settlement: ["应结订单总金额", "总交易额"]
        case .refund: ["退款总金额", "总退款金额"]
        case .couponRefund: ["充值券退款总金额", "总企业红包退款金额", "总代金券或立减优惠退款金额"]
        case .amount: ["订单总金额"]
        case .refundRequested: ["申请退款总金额"]
        }
    }

    static let byName: [String: TradeBillSum] = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { sum in sum.names.map { ($0, sum) } })
}
