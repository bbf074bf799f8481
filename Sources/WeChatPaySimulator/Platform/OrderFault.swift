/// Why the platform does not do what an order call asks.
///
/// The codes are those of the documents where the reference has them; the rest (`ORDERPAID` and `REFUND_…` of API v3) are ours.
enum OrderFault: Error, Sendable, Equatable {
    case notFound
    /// The number is in use with other contents.
    case numberUsed
    case paid
    case closed
    case notPaid
    /// The user is typing the password.
    case userPaying
    case amountTooHigh
    case refundNotFound
    case refundEnded
    /// Only a payment by code can be revoked.
    case notRevocable
    case merchantRestricted
    case bookFull

    /// Status, code and text of API v3.
    var v3: APIFault {
        switch self {
        case .notFound: APIFault(404, "ORDER_NOT_EXIST", "订单不存在")
        case .numberUsed: APIFault(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        case .paid: APIFault(400, "ORDERPAID", "该订单已支付")
        case .closed: APIFault(400, "ORDER_CLOSED", "该订单已关闭")
        case .notPaid: APIFault(403, "TRADE_ERROR", "订单未支付")
        case .userPaying: APIFault(403, "TRADE_ERROR", "用户支付中")
        case .amountTooHigh: APIFault(400, "INVALID_REQUEST", "退款金额大于可退金额")
        case .refundNotFound: APIFault(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        case .refundEnded: APIFault(400, "INVALID_REQUEST", "退款已结束")
        case .notRevocable: APIFault(400, "INVALID_REQUEST", "仅付款码支付可撤销")
        case .merchantRestricted: APIFault(403, "RULE_LIMIT", "商户交易功能已关闭")
        case .bookFull: APIFault(500, "SYSTEM_ERROR", "the simulated platform's book is full")
        }
    }

    /// `err_code` and `err_code_des` of API v2.
    var v2: (code: String, description: String) {
        switch self {
        case .notFound: ("ORDERNOTEXIST", "订单不存在")
        case .numberUsed: ("OUT_TRADE_NO_USED", "商户订单号重复")
        case .paid: ("ORDERPAID", "订单已支付")
        case .closed: ("ORDERCLOSED", "订单已关闭")
        case .notPaid, .notRevocable: ("TRADE_ERROR", "订单未支付")
        case .userPaying: ("USERPAYING", "需要用户输入支付密码")
        case .amountTooHigh, .refundNotFound, .refundEnded: ("INVALID_REQUEST", "无效请求")
        case .merchantRestricted: ("TRADE_ERROR", "商户交易功能已关闭")
        case .bookFull: ("SYSTEMERROR", "the simulated platform's book is full")
        }
    }
}
