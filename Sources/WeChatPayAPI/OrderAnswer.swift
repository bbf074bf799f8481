public import PaymentNotice

/// What the order query says of an order (wechat-pay §4).
public enum OrderAnswer: Sendable, Equatable {
    /// `SUCCESS`, or `REFUND`: it was paid, and money went back later.
    case paid(PaidTransaction)
    /// Not paid yet, may still be: `NOTPAY`, `USERPAYING`, `ACCEPT`.
    case open(tradeState: String)
    /// Will not be paid under this number: `CLOSED`, `REVOKED`, `PAYERROR`.
    case ended(tradeState: String)
}
