internal import PaymentNotice

/// One order at the platform, from its request to its end (wechat-pay §4).
struct PlatformOrder: Sendable, Equatable {
    /// An order number is unique only within a merchant number.
    struct Number: Sendable, Hashable {
        let merchantID: String
        let outTradeNo: String
    }

    /// `trade_state`.
    enum State: String, Sendable {
        /// Can go to: success, closed, payError.
        case notPaid = "NOTPAY"
        /// The user types the password. Can go to: success, revoked, payError.
        case userPaying = "USERPAYING"
        /// Can go to: refund, revoked.
        case success = "SUCCESS"
        /// Paid, then given back in part or whole.
        case refund = "REFUND"
        /// The end.
        case closed = "CLOSED"
        /// The end.
        case revoked = "REVOKED"
        /// The end.
        case payError = "PAYERROR"

        /// `trade_state_desc`.
        var text: String {
            switch self {
            case .notPaid: "订单未支付"
            case .userPaying: "用户支付中"
            case .success: "支付成功"
            case .refund: "转入退款"
            case .closed: "订单已关闭"
            case .revoked: "订单已撤销"
            case .payError: "支付失败"
            }
        }
    }

    let number: Number
    let mode: PaidTransaction.Mode
    /// `sp_mchid`; nil in direct mode.
    let providerMerchantID: String?
    let appID: String
    let subAppID: String?
    /// Fen.
    let amount: Int64
    /// Fen of it that a coupon pays.
    var couponAmount: Int64 = 0
    let description: String
    let attach: String
    let deviceID: String
    /// `JSAPI`, `NATIVE`, `APP`, `MWEB`, `MICROPAY`.
    let tradeType: String
    /// The shopper; empty until one paid, where the order does not name one.
    var openID: String
    /// By which interface it was placed: its notice takes that form.
    let generation: APIGeneration
    /// How a v2 order is signed.
    let signType: V2SignType
    /// Where its notice goes; nil for the platform's own notify URL.
    let notifyURL: String?
    /// Unix milliseconds.
    let createdAtMillis: Int64
    /// `prepay_id`, or the end of `code_url`.
    let code: String
    var state = State.notPaid
    /// Given when it is paid; with it `paidAtMillis` and `payerAmount`.
    var transactionID: String?
    /// Unix milliseconds.
    var paidAtMillis: Int64?
    /// Fen the shopper paid; 0 before.
    var payerAmount: Int64 = 0
    var bankType = "OTHERS"
    var refunds: [PlatformRefund] = []

    /// Whether the request is the same again: the platform then gives the same answer.
    func isRepeat(of other: PlatformOrder) -> Bool {
        number == other.number && amount == other.amount && tradeType == other.tradeType && attach == other.attach
    }

    /// Fen given back, or on their way.
    var refundedAmount: Int64 { refunds.filter(\.counts).reduce(0) { $0 + $1.amount } }

    /// `prepay_id`.
    var prepayID: String { "wx\(code)" }
    /// `code_url`.
    var codeURL: String { "weixin://wxpay/bizpayurl/up?pr=\(code.suffix(10))" }

    /// The payment as the platform tells of it; nil for an order that was not paid.
    var transaction: PaidTransaction? {
        guard let transactionID, let paidAtMillis else { return nil }
        return PaidTransaction(
            mode: mode, providerMerchantID: providerMerchantID, merchantID: number.merchantID, appID: appID,
            subAppID: subAppID, outTradeNo: number.outTradeNo, transactionID: transactionID, tradeType: tradeType,
            tradeState: state.rawValue, tradeStateDescription: state.text, bankType: bankType, attach: attach,
            successTime: ChinaTime.text(millis: paidAtMillis), payer: openID, amount: amount, payerAmount: payerAmount,
            deviceID: deviceID)
    }

    /// The payment as its notice tells of it: what became of it later is not in there.
    var noticeTransaction: PaidTransaction? {
        var paid = self
        paid.state = .success
        return paid.transaction
    }
}
