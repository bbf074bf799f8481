/// Refunds, however they are begun.
extension PlatformCore {
    /// Begins a refund. It is answered `PROCESSING` and ends at once behind the answer, as the misbehaviour says, with its notice.
    func refund(
        _ order: PlatformOrder, outRefundNo: String, amount: Int64, reason: String, notifyURL: String?
    ) throws(OrderFault) -> (order: PlatformOrder, refund: PlatformRefund) {
        let refund = PlatformRefund(
            outRefundNo: outRefundNo, refundID: makeRefundID(), amount: amount,
            payerAmount: order.amount > 0 ? order.payerAmount * amount / order.amount : 0, reason: reason,
            notifyURL: notifyURL, createdAtMillis: nowMillis)
        let begun = try book.refund(order.number, refund)
        let end = misbehaviour.refundEnd
        if begun.isNew, end != .processing {
            try endRefund(
                order.number, outRefundNo: outRefundNo, state: end, isLost: dice.chance(misbehaviour.lostShare))
        }
        return (begun.order, begun.refund)
    }

    /// Brings a refund to its end and tells the provider.
    func endRefund(
        _ number: PlatformOrder.Number, outRefundNo: String, state: PlatformRefund.State, isLost: Bool
    ) throws(OrderFault) {
        let ended = try book.endRefund(number, outRefundNo: outRefundNo, state: state, atMillis: nowMillis)
        guard state != .processing else { return }
        guard !isLost else { return tally.update { $0.lost += 1 } }
        guard let url = deliveries.url(.v3, orders: ended.refund.notifyURL),
            let render = try? NoticeRenderer(core: self).sealed(.refund(ended.refund, of: ended.order))
        else { return }
        _ = deliveries.take(travelling(PlatformNotice(render: render, generation: .v3, url: url)))
    }

    /// A notice with what the misbehaviour does to its travel.
    func travelling(_ notice: PlatformNotice) -> PlatformNotice {
        let misbehaviour = misbehaviour
        var notice = notice
        if notice.copies == 1, dice.chance(misbehaviour.duplicateShare) { notice.copies = 2 }
        if dice.chance(misbehaviour.probeShare) { notice.isProbed = true }
        if misbehaviour.isOutOfOrder { notice.delayMillis += deliveries.overtakingDelayMillis() }
        return notice
    }
}
