internal import BoundedJSON
internal import PaymentNotice

/// What a notice of API v3 says, before it is sealed (wechat-pay §1.4).
struct NoticeContent: Sendable, Equatable {
    let eventType: String
    let summary: String
    let originalType: String
    let associatedData: String
    let plaintext: [UInt8]

    /// A payment, partner or direct (wechat-pay §1.6, §1.7).
    static func payment(_ transaction: PaidTransaction) -> NoticeContent {
        NoticeContent(
            eventType: NoticeEnvelope.paymentEventType, summary: "支付成功", originalType: "transaction",
            associatedData: "transaction", plaintext: transaction.encode())
    }

    /// A refund that reached its end (wechat-pay §1.8).
    static func refund(_ refund: PlatformRefund, of order: PlatformOrder) -> NoticeContent {
        var writer = JSONWriter()
        writer.beginObject()
        if let providerMerchantID = order.providerMerchantID {
            writer.member("sp_mchid", providerMerchantID)
            writer.member("sub_mchid", order.number.merchantID)
        } else {
            writer.member("mchid", order.number.merchantID)
        }
        writer.member("out_trade_no", order.number.outTradeNo)
        writer.member("transaction_id", order.transactionID ?? "")
        writer.member("out_refund_no", refund.outRefundNo)
        writer.member("refund_id", refund.refundID)
        writer.member("refund_status", refund.state.rawValue)
        if refund.state == .success, let endedAtMillis = refund.endedAtMillis {
            writer.member("success_time", ChinaTime.text(millis: endedAtMillis))
        }
        writer.member("user_received_account", PlatformRefund.receivedAccount)
        writer.object("amount") { writer in
            writer.member("total", order.amount)
            writer.member("refund", refund.amount)
            writer.member("payer_total", order.payerAmount)
            writer.member("payer_refund", refund.payerAmount)
        }
        writer.endObject()
        let summaries: [PlatformRefund.State: String] = [.success: "退款成功", .abnormal: "退款异常", .closed: "退款关闭"]
        return NoticeContent(
            eventType: "REFUND.\(refund.state.rawValue)", summary: summaries[refund.state] ?? "退款处理中",
            originalType: "refund", associatedData: "refund", plaintext: writer.bytes)
    }

    /// A disposal of a merchant (wechat-pay §6.4); its associated data is empty, as in the documented example.
    static func violation(merchantID: String, recordID: String, atMillis: Int64) -> NoticeContent {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sub_mchid", merchantID)
        writer.member("company_name", "模拟便利店有限公司")
        writer.member("record_id", recordID)
        writer.member("punish_plan", "关闭支付权限")
        writer.member("punish_time", ChinaTime.text(millis: atMillis))
        writer.member("punish_description", "模拟处置")
        writer.member("risk_type", "GAMBLING")
        writer.member("risk_description", "涉嫌赌博")
        writer.endObject()
        return NoticeContent(
            eventType: "VIOLATION.PUNISH", summary: "商户平台处置通知", originalType: "violation", associatedData: "",
            plaintext: writer.bytes)
    }

    /// A restriction put on a merchant or taken off (wechat-pay §6.5).
    static func restriction(_ restriction: PlatformRestriction) -> NoticeContent {
        var writer = JSONWriter()
        writer.beginObject()
        writer.object("message_content") { writer in
            writer.member("merchant_code", restriction.merchantID)
            writer.member("merchant_company_name", "模拟便利店有限公司")
            writer.member("business_time", ChinaTime.text(millis: restriction.atMillis))
            writer.member("business_code", restriction.caseID)
            writer.member("business_state", restriction.state)
        }
        writer.object("topic_name") { writer in
            writer.member("topic_english_name", "MERCHANT_LIMITATION")
            writer.member("topic_chinese_name", "商户新增限制记录")
        }
        writer.endObject()
        return NoticeContent(
            eventType: "MERCHANT_NOTIFY.NOTIFY", summary: "商户通知", originalType: "merchant_notify",
            associatedData: "merchant_notify", plaintext: writer.bytes)
    }

    /// An authentic notice of a kind that no receiver knows.
    static func unknown(merchantID: String, atMillis: Int64) -> NoticeContent {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sub_mchid", merchantID)
        writer.member("event_time", ChinaTime.text(millis: atMillis))
        writer.endObject()
        return NoticeContent(
            eventType: "SIMULATOR.UNKNOWN", summary: "未知事件", originalType: "unknown", associatedData: "unknown",
            plaintext: writer.bytes)
    }
}
