public import Engine
internal import MessageModel
internal import PaymentNotice

/// Tells whether a merchant is registered: what consumers need of the merchant registry.
///
/// Asked once per order: an answer comes from memory and never blocks. Thread-safe.
public protocol KnownMerchants: Sendable {
    /// Whether somebody registered the merchant.
    func isKnown(merchantID: String) -> Bool
}

/// Reads what the topic delivers and says what may be taken into account. A function of the message, the moment the store took it and the
/// registry: no clock is read, so a repeated delivery is judged as the first one was unless the merchant
/// was registered meanwhile.
public struct OrderIntake: Sendable {
    private let merchants: any KnownMerchants

    /// Orders of the merchants in `merchants`.
    public init(merchants: any KnownMerchants) { self.merchants = merchants }

    /// Judges one delivery.
    public func judge<Receipt: EngineReceipt>(_ delivery: Delivery<Receipt>) -> ConsumedMessage {
        let message: OrderPaymentMessage
        do throws(OrderPaymentMessageError) {
            message = try OrderPaymentMessage.decode(Array(delivery.body.slice))
        } catch {
            return .setAside(SetAsideOrder(reason: .malformed))
        }
        let storedAt = Int64(delivery.enqueuedAt.milliseconds)
        if let reason = reason(message, storedAtMillis: storedAt) {
            return .setAside(
                SetAsideOrder(
                    reason: reason, merchantID: message.merchantID, transactionID: message.transactionID,
                    amountFen: message.amount, eventMillis: message.timestampMillis))
        }
        return .order(ConsumedOrder(message: message, paidAtMillis: min(message.timestampMillis, storedAt)))
    }

    private func reason(_ message: OrderPaymentMessage, storedAtMillis: Int64) -> SetAsideReason? {
        guard 1...ConsumerLimits.amountFenMax ~= message.amount else { return .amount }
        guard message.currency == ConsumerLimits.currency else { return .currency }
        guard message.timestampMillis >= ConsumerLimits.eventMillisMin else { return .time }
        guard message.timestampMillis <= storedAtMillis + ConsumerLimits.clockAheadMillisMax else { return .clockAhead }
        return merchants.isKnown(merchantID: message.merchantID) ? nil : .unknownMerchant
    }
}
