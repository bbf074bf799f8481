internal import BoundedJSON
internal import PaymentNotice

/// Orders that shops place and shoppers pay, without the calls a real shop makes.
extension ControlAPI {
    static let orderRoutes: [PlatformRoute<Interface>] = [
        route("POST", "/control/orders") { api, call throws(APIFault) in try api.place(call) },
        route("GET", "/control/orders/*") { api, call throws(APIFault) in api.show(try api.order(call)) },
        route("POST", "/control/orders/*/pay") { api, call throws(APIFault) in try api.pay(call) },
        route("POST", "/control/orders/*/fail") { api, call throws(APIFault) in try api.fail(call) },
        route("POST", "/control/orders/*/refund") { api, call throws(APIFault) in try api.refund(call) },
        route("POST", "/control/refunds/*/end") { api, call throws(APIFault) in try api.endRefund(call) },
    ]

    private enum Mode: String, CaseIterable { case partner, direct }

    private func place(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let merchantID = try call.text("merchant_id")
        let outTradeNo = try call.text("out_trade_no")
        guard PlatformCore.isOrderNumber(outTradeNo) else {
            throw .parameter("out_trade_no must be 6 to 32 letters, digits or _-|*")
        }
        guard let amount = try call.integer("amount", 1...1_000_000_000_000) else {
            throw .parameter("amount is missing")
        }
        let isPartner = try call.word("mode", Mode.self) != .direct
        if !isPartner {
            do {
                try core.callers.admit(merchantID)
            } catch {
                throw .parameter("\(error)")
            }
        }
        var draft = PlatformOrder(
            number: PlatformOrder.Number(merchantID: merchantID, outTradeNo: outTradeNo),
            mode: isPartner ? .partner : .direct,
            providerMerchantID: isPartner ? SimulatedMerchant.providerMerchantID : nil,
            appID: SimulatedMerchant.providerAppID, subAppID: nil, amount: amount,
            description: try call.optionalText("description") ?? "便利店商品", attach: try call.optionalText("attach") ?? "",
            deviceID: try call.optionalText("device_id") ?? "",
            tradeType: try call.optionalText("trade_type") ?? "NATIVE",
            openID: try call.optionalText("openid") ?? "",
            generation: try call.word("generation", APIGeneration.self) ?? .v3,
            signType: try call.word("sign_type", V2SignType.self) ?? .md5,
            notifyURL: try call.optionalText("notify_url"), createdAtMillis: core.nowMillis, code: core.dice.letters(32)
        )
        draft.couponAmount = try call.integer("coupon_amount", 0...amount) ?? 0
        let order = draft
        let placed = try moved { () throws(OrderFault) in try core.book.place(order) }
        return ControlReply(201, show(placed).body)
    }

    private func pay(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let order = try order(call)
        var manner = PaymentManner(
            paidAtMillis: try call.moment("paid_at") ?? core.nowMillis,
            generation: try call.word("generation", APIGeneration.self) ?? order.generation)
        manner.signType = try call.word("sign_type", V2SignType.self)
        manner.signedBy = try call.word("sign_with", SigningChoice.self) ?? .mixed
        manner.copies = Int(try call.integer("copies", 1...Int64(SimulatorLimits.platformCopyCountMax)) ?? 1)
        manner.delayMillis = Int(
            try call.integer("delay_millis", 0...Int64(SimulatorLimits.platformDelayMillisMax)) ?? 0)
        manner.isLost = try call.bool("lost")
        manner.forcesNotice = try call.bool("notify")
        let (paid, isLost) = try core.pay(order, manner)
        return .object(200) { writer in
            writer.member("transaction_id", paid.transactionID ?? "")
            writer.member("success_time", ChinaTime.text(millis: manner.paidAtMillis))
            writer.member("lost", isLost)
        }
    }

    private func fail(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let number = try order(call).number
        try moved { () throws(OrderFault) in try core.book.fail(number) }
        return show(try order(call))
    }

    private func refund(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let order = try order(call)
        let amount = try call.integer("amount", 1...max(order.amount, 1)) ?? order.amount
        let outRefundNo = try call.optionalText("out_refund_no") ?? "R-\(order.number.outTradeNo)"
        let begun = try moved { () throws(OrderFault) in
            try core.refund(order, outRefundNo: outRefundNo, amount: amount, reason: "", notifyURL: nil)
        }
        return .object(201) { writer in
            writer.member("out_refund_no", outRefundNo)
            writer.member("refund_id", begun.refund.refundID)
        }
    }

    private func endRefund(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let outRefundNo = call.parts[0]
        let merchantID = try call.text("merchant_id")
        guard let order = core.book.order(merchantID: merchantID, outRefundNo: outRefundNo) else {
            throw OrderFault.refundNotFound.v3
        }
        let state = try call.word("status", PlatformRefund.State.self) ?? .success
        let isLost = try call.bool("lost")
        try moved { () throws(OrderFault) in
            try core.endRefund(order.number, outRefundNo: outRefundNo, state: state, isLost: isLost)
        }
        return .object(200) { $0.member("out_refund_no", outRefundNo) }
    }

    /// The order a path names by its number, with the merchant in the body where several used it.
    func order(_ call: ControlCall) throws(APIFault) -> PlatformOrder {
        try order(outTradeNo: call.parts[0], merchantID: try call.optionalText("merchant_id"))
    }

    func order(outTradeNo: String, merchantID: String?) throws(APIFault) -> PlatformOrder {
        let found = core.book.orders(outTradeNo: outTradeNo).filter {
            merchantID == nil || $0.number.merchantID == merchantID
        }
        guard let order = found.first else { throw OrderFault.notFound.v3 }
        guard found.count == 1 else { throw .parameter("several merchants used this out_trade_no: name merchant_id") }
        return order
    }

    private func show(_ order: PlatformOrder) -> ControlReply {
        .object(200) { writer in
            writer.member("merchant_id", order.number.merchantID)
            writer.member("out_trade_no", order.number.outTradeNo)
            writer.member("amount", order.amount)
            writer.member("trade_state", order.state.rawValue)
            writer.member("code_url", order.codeURL)
            writer.member("prepay_id", order.prepayID)
            if let transactionID = order.transactionID { writer.member("transaction_id", transactionID) }
            if let paidAtMillis = order.paidAtMillis {
                writer.member("success_time", ChinaTime.text(millis: paidAtMillis))
            }
        }
    }

    @discardableResult
    func moved<Result>(_ body: () throws(OrderFault) -> Result) throws(APIFault) -> Result {
        do {
            return try body()
        } catch {
            throw error.v3
        }
    }
}
