internal import BoundedJSON
internal import PaymentNotice

/// Refunds (wechat-pay §4).
extension PlatformAPIv3 {
    static let refundRoutes = [
        route("POST", "/v3/refund/domestic/refunds", "refund") { api, call throws(APIFault) in try api.refund(call) },
        route("GET", "/v3/refund/domestic/refunds/*", "refund_query") { api, call throws(APIFault) in
            try api.queryRefund(call)
        },
    ]

    private func refund(_ call: APIv3Call) throws(APIFault) -> APIv3Reply {
        let merchantID = call.optionalText("sub_mchid") ?? call.caller
        let found =
            if let transactionID = call.optionalText("transaction_id") {
                core.book.order(transactionID: transactionID)
            } else {
                core.book.order(
                    PlatformOrder.Number(merchantID: merchantID, outTradeNo: try call.text("out_trade_no")))
            }
        guard let found, found.number.merchantID == merchantID else { throw OrderFault.notFound.v3 }
        guard try call.fen("total") == found.amount else { throw .parameter("amount.total is not the order's") }
        let outRefundNo = try call.text("out_refund_no")
        guard outRefundNo.utf8.count <= 64 else { throw .parameter("out_refund_no has at most 64 characters") }
        let amount = try call.fen("refund")
        let notifyURL = call.optionalText("notify_url")
        let reason = call.optionalText("reason") ?? ""
        let begun = try order { () throws(OrderFault) in
            try core.refund(
                found, outRefundNo: outRefundNo, amount: amount, reason: reason, notifyURL: notifyURL)
        }
        return .json(Self.body(begun.refund, of: begun.order))
    }

    private func queryRefund(_ call: APIv3Call) throws(APIFault) -> APIv3Reply {
        let merchantID = call.query["sub_mchid"] ?? call.caller
        let outRefundNo = call.parts[0]
        guard let order = core.book.order(merchantID: merchantID, outRefundNo: outRefundNo),
            let refund = order.refunds.first(where: { $0.outRefundNo == outRefundNo })
        else { throw OrderFault.refundNotFound.v3 }
        return .json(Self.body(refund, of: order))
    }

    private static func body(_ refund: PlatformRefund, of order: PlatformOrder) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("refund_id", refund.refundID)
        writer.member("out_refund_no", refund.outRefundNo)
        writer.member("transaction_id", order.transactionID ?? "")
        writer.member("out_trade_no", order.number.outTradeNo)
        writer.member("channel", "ORIGINAL")
        writer.member("user_received_account", PlatformRefund.receivedAccount)
        if refund.state == .success, let endedAtMillis = refund.endedAtMillis {
            writer.member("success_time", ChinaTime.text(millis: endedAtMillis))
        }
        writer.member("create_time", ChinaTime.text(millis: refund.createdAtMillis))
        writer.member("status", refund.state.rawValue)
        writer.member("funds_account", "AVAILABLE")
        writer.object("amount") { writer in
            for (name, value) in [
                ("total", order.amount), ("refund", refund.amount), ("payer_total", order.payerAmount),
                ("payer_refund", refund.payerAmount), ("settlement_refund", refund.amount),
                ("settlement_total", order.amount), ("discount_refund", refund.amount - refund.payerAmount),
            ] { writer.member(name, value) }
            writer.member("currency", "CNY")
        }
        writer.endObject()
        return writer.bytes
    }
}
