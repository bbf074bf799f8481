internal import AccessControl
internal import PaymentNotice

/// Orders of API v2 (wechat-pay §3.1, §5.2).
extension PlatformAPIv2 {
    func unifiedOrder(_ call: APIv2Call) throws(V2Fault) -> NoticeFields {
        let tradeType = try call.text("trade_type")
        guard ["JSAPI", "NATIVE", "APP", "MWEB"].contains(tradeType) else { throw .transport("trade_type参数错误") }
        if tradeType == "JSAPI", call.fields.filled("openid") == nil, call.fields.filled("sub_openid") == nil {
            throw .transport("缺少参数openid")
        }
        let draft = try draft(call, tradeType, notifyURL: try call.text("notify_url"))
        let placed = try order { () throws(OrderFault) in try core.place(draft) }
        var fields = parties(call)
        fields.set("trade_type", tradeType)
        fields.set("prepay_id", placed.prepayID)
        if tradeType == "NATIVE" { fields.set("code_url", placed.codeURL) }
        return fields
    }

    func microPay(_ call: APIv2Call) throws(V2Fault) -> NoticeFields {
        _ = try call.text("auth_code")
        let draft = try draft(call, "MICROPAY", notifyURL: nil)
        let order = try order { () throws(OrderFault) in try core.payByCode(draft) }
        switch order.state {
        case .success: return result(order, call)
        case .userPaying: throw .order(.userPaying)
        default: throw .business(code: "TRADE_ERROR", description: "支付失败")
        }
    }

    func query(_ call: APIv2Call) throws(V2Fault) -> NoticeFields {
        let order = try found(call)
        guard order.transactionID != nil else {
            var fields = parties(call)
            fields.set("out_trade_no", order.number.outTradeNo)
            fields.set("total_fee", String(order.amount))
            fields.set("trade_state", order.state.rawValue)
            fields.set("trade_state_desc", order.state.text)
            return fields
        }
        var fields = result(order, call)
        fields.set("trade_state", order.state.rawValue)
        fields.set("trade_state_desc", order.state.text)
        return fields
    }

    func close(_ call: APIv2Call) throws(V2Fault) -> NoticeFields {
        let number = PlatformOrder.Number(merchantID: call.merchantID, outTradeNo: try call.text("out_trade_no"))
        try order { () throws(OrderFault) in try core.book.close(number) }
        return parties(call)
    }

    private func found(_ call: APIv2Call) throws(V2Fault) -> PlatformOrder {
        let order =
            if let transactionID = call.fields.filled("transaction_id") {
                core.book.order(transactionID: transactionID)
            } else {
                core.book.order(
                    PlatformOrder.Number(merchantID: call.merchantID, outTradeNo: try call.text("out_trade_no")))
            }
        guard let order, order.number.merchantID == call.merchantID else { throw .order(.notFound) }
        return order
    }

    private func draft(_ call: APIv2Call, _ tradeType: String, notifyURL: String?) throws(V2Fault) -> PlatformOrder {
        let outTradeNo = try call.text("out_trade_no")
        // API v2 does not name a least length.
        guard outTradeNo.utf8.count <= 32 else { throw .transport("out_trade_no参数长度有误") }
        guard let amount = Int64(try call.text("total_fee")), amount > 0 else { throw .transport("total_fee参数错误") }
        return PlatformOrder(
            number: PlatformOrder.Number(merchantID: call.merchantID, outTradeNo: outTradeNo),
            mode: call.isPartner ? .partner : .direct,
            providerMerchantID: call.isPartner ? SimulatedMerchant.providerMerchantID : nil,
            appID: try call.text("appid"), subAppID: call.fields.filled("sub_appid"), amount: amount,
            description: try call.text("body"), attach: call.fields["attach"] ?? "",
            deviceID: call.fields["device_info"] ?? "", tradeType: tradeType,
            openID: call.fields.filled("openid") ?? call.fields.filled("sub_openid") ?? "", generation: .v2,
            signType: call.signType, notifyURL: notifyURL, createdAtMillis: core.nowMillis,
            code: core.dice.letters(32))
    }

    /// The fields of a paid order are those of its notice (wechat-pay §3.1).
    private func result(_ order: PlatformOrder, _ call: APIv2Call) -> NoticeFields {
        guard let transaction = order.noticeTransaction else { return parties(call) }
        var fields = NoticeV2Signer<APIv2Key>.fields(transaction, nonce: "", namesSignType: nil)
        fields.remove("return_code")
        return fields
    }

    private func parties(_ call: APIv2Call) -> NoticeFields {
        var fields = NoticeFields()
        for name in ["appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"] {
            if let value = call.fields.filled(name) { fields.set(name, value) }
        }
        return fields
    }

    private func order<Result>(_ body: () throws(OrderFault) -> Result) throws(V2Fault) -> Result {
        do {
            return try body()
        } catch {
            throw .order(error)
        }
    }
}
