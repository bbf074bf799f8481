/// How a payment became known.
public enum PaymentSource: String, Sendable, CaseIterable {
    /// The platform's notice.
    case notice
    /// An order query.
    case query
    /// The daily bill.
    case reconcile
}

/// The order payment message: the one shape in which a payment travels (design §5).
///
/// Its encoded bytes are made once, stored, fanned out, pushed and replayed; they are never made again. Amounts are
/// integers in fen.
public struct OrderPaymentMessage: Sendable, Equatable {
    /// Event time, Unix milliseconds: when the payment succeeded.
    public var timestampMillis: Int64
    /// The platform's order number.
    public var transactionID: String
    /// The caller's order number.
    public var outTradeNo: String
    /// The merchant whose money it is.
    public var merchantID: String
    /// From the merchant registry, by device; empty when unknown.
    public var storeID: String
    /// Terminal; empty when unknown.
    public var deviceID: String
    /// The payer's id at the provider or merchant.
    public var payer: String
    /// Order amount, fen.
    public var amount: Int64
    /// What the payer paid, fen.
    public var payerAmount: Int64
    /// The difference, fen.
    public var discount: Int64
    /// Currency of the order.
    public var currency: String
    /// How it was paid.
    public var tradeType: String
    /// Paying bank.
    public var bankType: String
    /// The caller's own text.
    public var attach: String
    /// Success time as received, RFC 3339 with offset.
    public var paidAt: String
    /// How the payment became known.
    public var source: PaymentSource

    /// The value of `type`.
    public static let eventType = "order.paid"

    /// The message of a payment.
    public init(_ transaction: PaidTransaction, storeID: String, source: PaymentSource) {
        self.timestampMillis = transaction.paidAtMillis
        self.transactionID = transaction.transactionID
        self.outTradeNo = transaction.outTradeNo
        self.merchantID = transaction.merchantID
        self.storeID = storeID
        self.deviceID = transaction.deviceID
        self.payer = transaction.payer
        self.amount = transaction.amount
        self.payerAmount = transaction.payerAmount
        self.discount = transaction.discount
        self.currency = transaction.currency
        self.tradeType = transaction.tradeType
        self.bankType = transaction.bankType
        self.attach = transaction.attach
        self.paidAt = transaction.successTime
        self.source = source
    }
}
