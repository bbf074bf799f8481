internal import PaymentNotice

/// How a payment is made, and how the provider is told.
struct PaymentManner: Sendable {
    /// Unix milliseconds.
    var paidAtMillis: Int64
    /// By which interface the provider is told.
    var generation: APIGeneration
    /// Of API v2; nil for the order's own.
    var signType: V2SignType?
    var signedBy = SigningChoice.mixed
    /// Copies of the first delivery sent at once.
    var copies = 1
    /// Waits so long before the first delivery.
    var delayMillis = 0
    /// Nothing is ever sent.
    var isLost = false
    /// A payment by code has no notice (wechat-pay §5.1); this sends one all the same, for demonstrations.
    var forcesNotice = false
    /// The platform's number; nil for a new one.
    var transactionID: String?
}

extension PlatformCore {
    /// The shopper pays; the provider is told, unless the notice is lost, by chance or on purpose.
    /// - Returns: the order, and whether its notice is lost.
    func pay(_ order: PlatformOrder, _ manner: PaymentManner) throws(APIFault) -> (order: PlatformOrder, isLost: Bool) {
        let hasNotice = order.tradeType != "MICROPAY" || manner.forcesNotice
        let isLost = hasNotice && (manner.isLost || dice.chance(misbehaviour.lostShare))
        let paid: PlatformOrder
        do {
            paid = try pay(order.number, atMillis: manner.paidAtMillis, transactionID: manner.transactionID)
        } catch {
            throw error.v3
        }
        if isLost { tally.update { $0.lost += 1 } }
        guard hasNotice, !isLost, let url = deliveries.url(manner.generation, orders: paid.notifyURL) else {
            return (paid, isLost)
        }
        let render = try NoticeRenderer(core: self).payment(
            paid, generation: manner.generation, signType: manner.signType)
        var notice = PlatformNotice(render: render, generation: manner.generation, url: url)
        notice.signedBy = manner.signedBy
        notice.copies = manner.copies
        notice.delayMillis = manner.delayMillis
        try send(travelling(notice))
        return (paid, false)
    }

    /// Takes a notice to deliver.
    func send(_ notice: PlatformNotice) throws(APIFault) {
        guard deliveries.take(notice) else {
            throw APIFault(
                503, "SYSTEM_ERROR", "\(SimulatorLimits.platformNoticeCountMax) notices are under way already")
        }
    }
}
