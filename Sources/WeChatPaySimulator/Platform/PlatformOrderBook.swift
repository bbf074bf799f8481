internal import Synchronization

/// The platform's record of orders and refunds, and the one place that moves them. Thread-safe; bounded by
/// ``SimulatorLimits/platformOrderCountMax``.
final class PlatformOrderBook: Sendable {
    private struct State {
        var orders: [PlatformOrder.Number: PlatformOrder] = [:]
        var byTransaction: [String: PlatformOrder.Number] = [:]
        /// Merchants by the order number they used.
        var merchants: [String: [String]] = [:]
        /// Orders by merchant and refund number.
        var byRefund: [PlatformOrder.Number: PlatformOrder.Number] = [:]
    }

    private let state = Mutex(State())

    /// Places an order; the same request again gives the order that is there.
    func place(_ order: PlatformOrder) throws(OrderFault) -> PlatformOrder {
        try state.withLock { state throws(OrderFault) in
            if let known = state.orders[order.number] {
                switch known.state {
                case .notPaid where known.isRepeat(of: order): return known
                case .notPaid, .userPaying: throw .numberUsed
                case .success, .refund: throw .paid
                case .closed, .revoked, .payError: throw .closed
                }
            }
            guard state.orders.count < SimulatorLimits.platformOrderCountMax else { throw .bookFull }
            state.orders[order.number] = order
            state.merchants[order.number.outTradeNo, default: []].append(order.number.merchantID)
            return order
        }
    }

    /// By the merchant's number.
    func order(_ number: PlatformOrder.Number) -> PlatformOrder? {
        state.withLock { $0.orders[number] }
    }

    /// By the platform's number.
    func order(transactionID: String) -> PlatformOrder? {
        state.withLock { state in state.byTransaction[transactionID].flatMap { state.orders[$0] } }
    }

    /// By the order number alone: one for every merchant that used it.
    func orders(outTradeNo: String) -> [PlatformOrder] {
        state.withLock { state in
            (state.merchants[outTradeNo] ?? []).compactMap {
                state.orders[PlatformOrder.Number(merchantID: $0, outTradeNo: outTradeNo)]
            }
        }
    }

    /// The order of a merchant's refund.
    func order(merchantID: String, outRefundNo: String) -> PlatformOrder? {
        let key = PlatformOrder.Number(merchantID: merchantID, outTradeNo: outRefundNo)
        return state.withLock { state in state.byRefund[key].flatMap { state.orders[$0] } }
    }

    /// Makes a refund findable by its number.
    func note(refund outRefundNo: String, of number: PlatformOrder.Number) {
        let key = PlatformOrder.Number(merchantID: number.merchantID, outTradeNo: outRefundNo)
        state.withLock { $0.byRefund[key] = number }
    }

    /// Orders that were paid, in no order.
    var paid: [PlatformOrder] {
        state.withLock { state in state.orders.values.filter { $0.paidAtMillis != nil } }
    }

    /// How many orders there are.
    var count: Int { state.withLock { $0.orders.count } }

    /// The shopper pays.
    /// - Parameter openID: who, where the order does not say.
    func pay(
        _ number: PlatformOrder.Number, atMillis: Int64, transactionID: String, openID: String
    ) throws(OrderFault) -> PlatformOrder {
        let paid = try change(number) { (order) throws(OrderFault) in
            switch order.state {
            case .notPaid, .userPaying: break
            case .success, .refund: throw .paid
            case .closed, .revoked, .payError: throw .closed
            }
            order.state = .success
            order.transactionID = transactionID
            order.paidAtMillis = atMillis
            order.payerAmount = order.amount - order.couponAmount
            if order.openID.isEmpty { order.openID = openID }
        }
        state.withLock { $0.byTransaction[transactionID] = number }
        return paid
    }

    /// Changes an order whole or, where the change throws, not at all.
    @discardableResult
    func change(
        _ number: PlatformOrder.Number, _ change: (inout PlatformOrder) throws(OrderFault) -> Void
    ) throws(OrderFault) -> PlatformOrder {
        try state.withLock { state throws(OrderFault) in
            guard var order = state.orders[number] else { throw .notFound }
            try change(&order)
            state.orders[number] = order
            return order
        }
    }
}
