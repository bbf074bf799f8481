internal import BoundedJSON
internal import PaymentNotice

/// Differences planted in bills.
extension ControlAPI {
    static let billRoutes: [PlatformRoute<Interface>] = [
        route("POST", "/control/bill") { api, call throws(APIFault) in try api.plant(call) }
    ]

    /// Plants them all or, where one is refused, none. Names what was planted where, so that a test knows what to look for.
    private func plant(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let day = try call.text("date")
        guard day.utf8.count == 10, let start = RFC3339.millis("\(day)T00:00:00+08:00") else {
            throw .parameter("date must be a day as YYYY-MM-DD")
        }
        guard let list = call.body["differences"]?.array else { throw .parameter("differences must be a list") }
        var planted: [BillDifference] = []
        for item in list {
            guard item.isObject else { throw .parameter("a difference must be an object") }
            planted.append(try difference(ControlCall(parts: [], body: item), day: day, start: start, besides: planted))
        }
        guard core.bills.plant(planted, day: day) else {
            throw .parameter("a bill takes at most \(SimulatorLimits.platformDifferenceCountMax) differences")
        }
        return .object(200) { writer in
            writer.key("differences")
            writer.beginArray()
            for difference in planted { Self.write(difference, core.book.order(difference.number), to: &writer) }
            writer.endArray()
        }
    }

    private func difference(
        _ call: ControlCall, day: String, start: Int64, besides planted: [BillDifference]
    ) throws(APIFault) -> BillDifference {
        guard let kind = try call.word("kind", BillDifference.Kind.self) else { throw .parameter("kind is missing") }
        let number: PlatformOrder.Number
        if kind == .missingLocal {
            number = try payInSilence(call, day: day, start: start)
        } else if let outTradeNo = try call.optionalText("out_trade_no") {
            number = try order(outTradeNo: outTradeNo, merchantID: try call.optionalText("merchant_id")).number
        } else {
            number = try firstPaid(day: day, besides: planted)
        }
        var difference = BillDifference(kind: kind, number: number)
        difference.deltaFen = try call.integer("delta_fen", 1...1_000_000) ?? difference.deltaFen
        difference.state = try call.optionalText("state") ?? difference.state
        return difference
    }

    /// A payment of the day of which no notice goes out: the order named, which may be open yet, or one made for it.
    private func payInSilence(_ call: ControlCall, day: String, start: Int64) throws(APIFault) -> PlatformOrder.Number {
        let outTradeNo = try call.optionalText("out_trade_no") ?? "MISSING-\(core.dice.digits(12))"
        let merchantID = try call.optionalText("merchant_id")
        if let known = core.book.orders(outTradeNo: outTradeNo)
            .first(where: { merchantID == nil || $0.number.merchantID == merchantID })
        {
            if known.paidAtMillis == nil { try pay(known.number, day: day, start: start) }
            return known.number
        }
        guard PlatformCore.isOrderNumber(outTradeNo) else {
            throw .parameter("out_trade_no must be 6 to 32 letters, digits or _-|*")
        }
        let number = PlatformOrder.Number(
            merchantID: merchantID ?? core.book.paid.map(\.number.merchantID).min() ?? "1630000001",
            outTradeNo: outTradeNo)
        let draft = PlatformOrder(
            number: number, mode: .partner, providerMerchantID: SimulatedMerchant.providerMerchantID,
            appID: SimulatedMerchant.providerAppID, subAppID: nil,
            amount: try call.integer("amount", 1...1_000_000_000_000) ?? 990, description: "便利店商品", attach: "",
            deviceID: "", tradeType: "NATIVE", openID: "", generation: .v3, signType: .md5, notifyURL: nil,
            createdAtMillis: core.nowMillis, code: core.dice.letters(32))
        _ = try moved { () throws(OrderFault) in try core.book.place(draft) }
        try pay(number, day: day, start: start)
        return number
    }

    /// At noon of the day; today now.
    private func pay(_ number: PlatformOrder.Number, day: String, start: Int64) throws(APIFault) {
        let now = core.nowMillis
        let atMillis = BillShelf.day(now) == day ? now : start + 43_200_000
        try moved { () throws(OrderFault) in try core.pay(number, atMillis: atMillis) }
        core.tally.update { $0.lost += 1 }
    }

    /// The first payment of the day in which nothing is planted yet.
    private func firstPaid(day: String, besides planted: [BillDifference]) throws(APIFault) -> PlatformOrder.Number {
        let taken = Set((core.bills.differences(day: day) + planted).map(\.number))
        let free = core.book.paid.filter { order in
            !taken.contains(order.number) && order.paidAtMillis.map(BillShelf.day) == day
        }
        guard
            let first = free.min(by: {
                ($0.paidAtMillis ?? 0, $0.number.outTradeNo) < ($1.paidAtMillis ?? 0, $1.number.outTradeNo)
            })
        else { throw .parameter("no payment of \(day) is left to plant a difference in") }
        return first.number
    }

    private static func write(_ difference: BillDifference, _ order: PlatformOrder?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", difference.kind.rawValue)
        writer.member("merchant_id", difference.number.merchantID)
        writer.member("out_trade_no", difference.number.outTradeNo)
        writer.member("transaction_id", order?.transactionID ?? "")
        writer.member("amount", order?.amount ?? 0)
        if difference.kind == .amount { writer.member("bill_amount", (order?.amount ?? 0) + difference.deltaFen) }
        if difference.kind == .status { writer.member("bill_state", difference.state) }
        writer.endObject()
    }
}
