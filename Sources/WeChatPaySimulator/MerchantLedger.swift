internal import PaymentNotice
internal import Synchronization

/// What the merchants' servers of one world received and confirmed. Thread-safe.
public final class MerchantLedger: Sendable {
    /// What was counted.
    struct Figures: Sendable, Equatable {
        /// Deliveries of each order that were answered with success, by transaction id.
        var deliveries: [String: Int] = [:]
        /// Deliveries the servers refused with an error.
        var refused = 0
        /// Requests whose signature does not hold.
        var badSignatures = 0
        /// Orders with another amount, merchant or order number than what was paid, and bodies that are no order.
        var wrongContents = 0

        /// Orders that arrived.
        var uniqueOrders: Int { deliveries.count }
        /// Deliveries beyond the first of an order.
        var deliveredAgain: Int { deliveries.values.reduce(0) { $0 + $1 - 1 } }
    }

    private let paid: [String: Payment]
    private let box = Mutex(Figures())

    /// A ledger that knows what was paid, by transaction id.
    init(paid: [String: Payment]) {
        self.paid = paid
    }

    var figures: Figures { box.withLock { $0 } }
    /// Orders that arrived, without copying the rest.
    var uniqueOrders: Int { box.withLock { $0.deliveries.count } }

    func countBadSignature() { box.withLock { $0.badSignatures += 1 } }
    func countRefused() { box.withLock { $0.refused += 1 } }

    /// Takes an order a server confirms.
    /// - Parameter merchantID: whose server it is.
    func take(_ body: [UInt8], merchantID: String) {
        guard let message = try? OrderPaymentMessage.decode(body), message.merchantID == merchantID,
            let payment = paid[message.transactionID], message.agrees(with: payment)
        else { return box.withLock { $0.wrongContents += 1 } }
        box.withLock { $0.deliveries[message.transactionID, default: 0] += 1 }
    }
}

extension OrderPaymentMessage {
    /// Whether it tells what was paid.
    fileprivate func agrees(with payment: Payment) -> Bool {
        merchantID == payment.merchantID && outTradeNo == payment.outTradeNo && amount == payment.amount
            && payerAmount == payment.payerAmount && discount == payment.amount - payment.payerAmount
            && payer == payment.payer && deviceID == payment.deviceID && isStore(of: payment)
    }

    /// Of a merchant that was not registered yet when it paid, nobody knew whose device it was: the store is empty
    /// then.
    private func isStore(of payment: Payment) -> Bool {
        storeID == payment.storeID || (storeID.isEmpty && !payment.asksGate)
    }
}
