/// A payment as the platform tells of it: the decrypted resource of a notice, or the answer of an order query
/// (wechat-pay §1.6 partner mode, §1.7 direct mode).
///
/// Amounts are integers in fen. Identifiers and texts are within `NoticeLimits`.
public struct PaidTransaction: Sendable, Equatable {
    /// Whose order it is: placed by a provider for a merchant, or by the merchant itself.
    public enum Mode: Sendable {
        case partner, direct
    }

    /// Partner when the text names `sp_mchid`.
    public var mode: Mode
    /// `sp_mchid`; nil in direct mode.
    public var providerMerchantID: String?
    /// `sub_mchid`, or `mchid` in direct mode: the merchant whose money it is.
    public var merchantID: String
    /// `sp_appid`, or `appid`; empty when absent.
    public var appID: String
    /// `sub_appid`.
    public var subAppID: String?
    /// The caller's order number; unique within a merchant number.
    public var outTradeNo: String
    /// The platform's order number; the identity of the payment.
    public var transactionID: String
    /// How it was paid, such as `JSAPI`.
    public var tradeType: String
    /// `SUCCESS` in a payment notice.
    public var tradeState: String
    /// Text for people; empty when absent.
    public var tradeStateDescription: String
    /// Paying bank, an open set.
    public var bankType: String
    /// The caller's own text; empty when absent.
    public var attach: String
    /// As received, RFC 3339 with zone.
    public var successTime: String
    /// `successTime` in Unix milliseconds.
    public var paidAtMillis: Int64
    /// `payer.sp_openid`, or `payer.openid`.
    public var payer: String
    /// `payer.sub_openid`.
    public var subPayer: String?
    /// Order amount, fen.
    public var amount: Int64
    /// What the payer paid, fen.
    public var payerAmount: Int64
    /// Currency of the order.
    public var currency: String
    /// Currency the payer paid in.
    public var payerCurrency: String
    /// Terminal; empty when absent.
    public var deviceID: String

    /// Order amount less what the payer paid, fen: coupons.
    public var discount: Int64 { amount - payerAmount }

    /// Whether no more was paid than ordered, and nothing below zero: what an order query must say of a payment that is to enter.
    public var isWithinTotal: Bool { payerAmount >= 0 && payerAmount <= amount }

    /// Whether a success event may stand on this: it succeeded, and nobody paid more than the order.
    public var isConsistentSuccess: Bool { tradeState == Self.successState && payerAmount <= amount }

    /// The trade state of a payment.
    public static let successState = "SUCCESS"

    /// Makes a successful payment; the simulator starts here. `successTime` that is no time gives `paidAtMillis` 0.
    public init(
        mode: Mode, providerMerchantID: String? = nil, merchantID: String, appID: String, subAppID: String? = nil,
        outTradeNo: String, transactionID: String, tradeType: String = "JSAPI",
        tradeState: String = PaidTransaction.successState, tradeStateDescription: String = "支付成功",
        bankType: String = "OTHERS", attach: String = "", successTime: String, payer: String, subPayer: String? = nil,
        amount: Int64, payerAmount: Int64, currency: String = "CNY", payerCurrency: String = "CNY",
        deviceID: String = ""
    ) {
        self.mode = mode
        self.providerMerchantID = providerMerchantID
        self.merchantID = merchantID
        self.appID = appID
        self.subAppID = subAppID
        self.outTradeNo = outTradeNo
        self.transactionID = transactionID
        self.tradeType = tradeType
        self.tradeState = tradeState
        self.tradeStateDescription = tradeStateDescription
        self.bankType = bankType
        self.attach = attach
        self.successTime = successTime
        self.paidAtMillis = RFC3339.millis(successTime) ?? 0
        self.payer = payer
        self.subPayer = subPayer
        self.amount = amount
        self.payerAmount = payerAmount
        self.currency = currency
        self.payerCurrency = payerCurrency
        self.deviceID = deviceID
    }
}
