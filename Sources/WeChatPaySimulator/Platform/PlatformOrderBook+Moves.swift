extension PlatformOrderBook {
    /// Closes an order that was not paid; closing again changes nothing.
    func close(_ number: PlatformOrder.Number) throws(OrderFault) {
        try change(number) { (order) throws(OrderFault) in
            switch order.state {
            case .notPaid, .closed: order.state = .closed
            case .userPaying: throw .userPaying
            case .success, .refund: throw .paid
            case .revoked, .payError: throw .closed
            }
        }
    }

    /// Revokes a payment by code: what was paid is given back (wechat-pay §5.3). Revoking again changes nothing.
    func revoke(_ number: PlatformOrder.Number) throws(OrderFault) {
        try change(number) { (order) throws(OrderFault) in
            guard order.tradeType == "MICROPAY" else { throw .notRevocable }
            order.state = .revoked
        }
    }

    /// A payment that failed at the bank.
    func fail(_ number: PlatformOrder.Number) throws(OrderFault) {
        try change(number) { (order) throws(OrderFault) in
            guard order.state == .notPaid || order.state == .userPaying else { throw .paid }
            order.state = .payError
        }
    }

    /// Begins a refund; the same number again gives the refund that is there.
    func refund(
        _ number: PlatformOrder.Number, _ refund: PlatformRefund
    ) throws(OrderFault) -> (order: PlatformOrder, refund: PlatformRefund, isNew: Bool) {
        var given = refund
        var isNew = true
        let order = try change(number) { (order) throws(OrderFault) in
            if let known = order.refunds.first(where: { $0.outRefundNo == refund.outRefundNo }) {
                guard known.amount == refund.amount else { throw .numberUsed }
                (given, isNew) = (known, false)
                return
            }
            guard order.state == .success || order.state == .refund else { throw .notPaid }
            guard order.refunds.count < SimulatorLimits.platformRefundCountMax,
                order.refundedAmount + refund.amount <= order.amount
            else { throw .amountTooHigh }
            order.refunds.append(refund)
            order.state = .refund
        }
        if isNew { note(refund: refund.outRefundNo, of: number) }
        return (order, given, isNew)
    }

    /// Brings a refund to its end.
    func endRefund(
        _ number: PlatformOrder.Number, outRefundNo: String, state: PlatformRefund.State, atMillis: Int64
    ) throws(OrderFault) -> (order: PlatformOrder, refund: PlatformRefund) {
        var ended: PlatformRefund?
        let order = try change(number) { (order) throws(OrderFault) in
            guard let index = order.refunds.firstIndex(where: { $0.outRefundNo == outRefundNo }) else {
                throw .refundNotFound
            }
            guard order.refunds[index].state == .processing || order.refunds[index].state == .abnormal else {
                throw .refundEnded
            }
            order.refunds[index].state = state
            order.refunds[index].endedAtMillis = state == .processing ? nil : atMillis
            if !order.refunds.contains(where: \.counts) { order.state = .success }
            ended = order.refunds[index]
        }
        guard let ended else { throw .refundNotFound }
        return (order, ended)
    }
}
