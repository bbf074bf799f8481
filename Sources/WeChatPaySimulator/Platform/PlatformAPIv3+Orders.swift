internal import BoundedJSON
internal import PaymentNotice

/// Orders: placed, asked for, closed, revoked (wechat-pay §4, §5.2).
extension PlatformAPIv3 {
    static let orderRoutes = [PaymentParty.partner, .direct].flatMap { party in
        let root = party == .partner ? "/v3/pay/partner/transactions" : "/v3/pay/transactions"
        return [
            route("GET", root + "/id/*", "query") { api, call throws(APIFault) in
                try api.query(call, party, isByNumber: false)
            },
            route("GET", root + "/out-trade-no/*", "query") { api, call throws(APIFault) in
                try api.query(call, party, isByNumber: true)
            },
            route("POST", root + "/out-trade-no/*/close", "close") { api, call throws(APIFault) in
                try api.close(call, party)
            },
            route("POST", root + "/out-trade-no/*/reverse", "reverse") { api, call throws(APIFault) in
                try api.reverse(call, party)
            },
            route("POST", root + "/native", "order") { api, call throws(APIFault) in
                try api.place(call, party, "NATIVE")
            },
            route("POST", root + "/jsapi", "order") { api, call throws(APIFault) in try api.place(call, party, "JSAPI")
            },
            route("POST", root + "/app", "order") { api, call throws(APIFault) in try api.place(call, party, "APP") },
            route("POST", root + "/codepay", "codepay") { api, call throws(APIFault) in try api.codePay(call, party) },
        ]
    }

    private func query(_ call: APIv3Call, _ party: PaymentParty, isByNumber: Bool) throws(APIFault) -> APIv3Reply {
        let merchantID = try party.merchantID(of: call)
        let order =
            isByNumber
            ? core.book.order(PlatformOrder.Number(merchantID: merchantID, outTradeNo: call.parts[0]))
            : core.book.order(transactionID: call.parts[0])
        guard let order, order.number.merchantID == merchantID, order.mode == party.mode else {
            throw OrderFault.notFound.v3
        }
        return .json(Self.body(order))
    }

    private func close(_ call: APIv3Call, _ party: PaymentParty) throws(APIFault) -> APIv3Reply {
        let number = PlatformOrder.Number(merchantID: try party.merchantID(of: call), outTradeNo: call.parts[0])
        try order { () throws(OrderFault) in try core.book.close(number) }
        return .empty
    }

    private func reverse(_ call: APIv3Call, _ party: PaymentParty) throws(APIFault) -> APIv3Reply {
        let number = PlatformOrder.Number(merchantID: try party.merchantID(of: call), outTradeNo: call.parts[0])
        try order { () throws(OrderFault) in try core.book.revoke(number) }
        var writer = JSONWriter()
        writer.beginObject()
        for name in ["appid", "mchid", "sp_appid", "sp_mchid", "sub_appid", "sub_mchid"] {
            if let text = call.optionalText(name) { writer.member(name, text) }
        }
        writer.member("out_trade_no", number.outTradeNo)
        writer.endObject()
        return .json(writer.bytes)
    }

    private func place(_ call: APIv3Call, _ party: PaymentParty, _ tradeType: String) throws(APIFault) -> APIv3Reply {
        let draft = try draft(call, party, tradeType)
        let placed = try order { () throws(OrderFault) in try core.place(draft) }
        var writer = JSONWriter()
        writer.beginObject()
        tradeType == "NATIVE" ? writer.member("code_url", placed.codeURL) : writer.member("prepay_id", placed.prepayID)
        writer.endObject()
        return .json(writer.bytes)
    }

    /// A payment by code has no notice (wechat-pay §5.1); its waiting state is answered 200 `USERPAYING`, one of the two forms clients
    /// must know (§5.3).
    private func codePay(_ call: APIv3Call, _ party: PaymentParty) throws(APIFault) -> APIv3Reply {
        guard let code = call.body?["payer"]?["auth_code"]?.string, !code.isEmpty else {
            throw .parameter("payer.auth_code is missing")
        }
        let draft = try draft(call, party, "MICROPAY")
        return .json(Self.body(try order { () throws(OrderFault) in try core.payByCode(draft) }))
    }

    private func draft(_ call: APIv3Call, _ party: PaymentParty, _ tradeType: String) throws(APIFault) -> PlatformOrder
    {
        let outTradeNo = try call.text("out_trade_no")
        guard PlatformCore.isOrderNumber(outTradeNo) else {
            throw .parameter("out_trade_no must be 6 to 32 letters, digits or _-|*")
        }
        let payer = call.body?["payer"]
        let openID = payer?["sp_openid"]?.string ?? payer?["sub_openid"]?.string ?? payer?["openid"]?.string ?? ""
        guard tradeType != "JSAPI" || !openID.isEmpty else { throw .parameter("payer names nobody") }
        let notifyURL = call.optionalText("notify_url")
        guard tradeType == "MICROPAY" || notifyURL != nil, notifyURL?.contains("?") != true else {
            throw .parameter("notify_url must be an absolute URL without a query")
        }
        _ = try call.text("description")
        return PlatformOrder(
            number: PlatformOrder.Number(merchantID: try party.merchantID(of: call), outTradeNo: outTradeNo),
            mode: party.mode, providerMerchantID: party == .partner ? call.caller : nil,
            appID: try call.text(party == .partner ? "sp_appid" : "appid"), subAppID: call.optionalText("sub_appid"),
            amount: try call.fen("total"), description: try call.text("description"),
            attach: call.optionalText("attach") ?? "",
            deviceID: call.body?["scene_info"]?["device_id"]?.string ?? "", tradeType: tradeType, openID: openID,
            generation: .v3, signType: .md5, notifyURL: notifyURL, createdAtMillis: core.nowMillis,
            code: core.dice.letters(32))
    }

    func order<Result>(_ body: () throws(OrderFault) -> Result) throws(APIFault) -> Result {
        do {
            return try body()
        } catch {
            throw error.v3
        }
    }

    /// A paid order in full; of any other only what is known (wechat-pay §4, query answer).
    static func body(_ order: PlatformOrder) -> [UInt8] {
        if let transaction = order.transaction { return transaction.encode() }
        var writer = JSONWriter()
        writer.beginObject()
        if let providerMerchantID = order.providerMerchantID {
            writer.member("sp_appid", order.appID)
            writer.member("sp_mchid", providerMerchantID)
            writer.member("sub_mchid", order.number.merchantID)
        } else {
            writer.member("appid", order.appID)
            writer.member("mchid", order.number.merchantID)
        }
        writer.member("out_trade_no", order.number.outTradeNo)
        writer.member("attach", order.attach)
        writer.member("trade_state", order.state.rawValue)
        writer.member("trade_state_desc", order.state.text)
        writer.object("amount") { writer in
            writer.member("total", order.amount)
            writer.member("currency", "CNY")
        }
        writer.endObject()
        return writer.bytes
    }
}
