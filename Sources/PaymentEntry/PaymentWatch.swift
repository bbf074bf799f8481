public import PaymentNotice

/// Knows when a merchant's payments were prohibited: what whoever enters payments needs of the restrictions.
///
/// A prohibited payment is money taken all the same: it is stored and pushed like any other, but marked, and somebody is told (`wechat-pay.md` §6.7).
/// Asked on event loops: an answer comes from memory and never blocks. Thread-safe.
public protocol PaymentWatch: Sendable {
    /// Whether the payment was made while a restriction was in force that prohibits it, as far as that is known now.
    func isProhibited(_ message: OrderPaymentMessage) -> Bool

    /// Such a payment is on the disk, for the first time.
    func prohibitedPaymentStored(_ message: OrderPaymentMessage)
}
