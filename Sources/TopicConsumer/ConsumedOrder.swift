public import PaymentNotice

/// An order of the topic that may be taken into account: its amount, currency and time are possible and its merchant is known.
public struct ConsumedOrder: Sendable {
    /// What the message says.
    public let message: OrderPaymentMessage
    /// Event time, Unix milliseconds: when the shopper paid, but never later than the store took the message.
    public let paidAtMillis: Int64

    /// Joins the members.
    public init(message: OrderPaymentMessage, paidAtMillis: Int64) {
        self.message = message
        self.paidAtMillis = paidAtMillis
    }
}

/// A message of the topic that was not taken into account: what an operator is told of it.
public struct SetAsideOrder: Sendable, Equatable {
    /// Why.
    public let reason: SetAsideReason
    /// The merchant it names; empty where it is no order.
    public let merchantID: String
    /// The transaction it names; empty where it is no order.
    public let transactionID: String
    /// The amount it names, fen.
    public let amountFen: Int64
    /// The event time it names, Unix milliseconds.
    public let eventMillis: Int64

    /// Joins the members.
    public init(
        reason: SetAsideReason, merchantID: String = "", transactionID: String = "", amountFen: Int64 = 0,
        eventMillis: Int64 = 0
    ) {
        self.reason = reason
        self.merchantID = merchantID
        self.transactionID = transactionID
        self.amountFen = amountFen
        self.eventMillis = eventMillis
    }
}

/// One message of the topic as its consumers see it.
public enum ConsumedMessage: Sendable {
    /// To be taken into account.
    case order(ConsumedOrder)
    /// To be set aside.
    case setAside(SetAsideOrder)
}
