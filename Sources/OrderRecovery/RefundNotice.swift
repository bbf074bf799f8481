internal import BoundedJSON
internal import PaymentNotice
internal import WeChatPayAPI

/// The result of a refund in the form of the platform's notice (`wechat-pay.md` §1.8), so that whoever reads `platform-notices` needs no other one.
struct RefundNotice: Sendable {
    /// As the notice would have it; its id says where it comes from.
    let envelope: NoticeEnvelope
    /// The notice's plaintext.
    let plaintext: [UInt8]

    /// - Parameters:
    ///   - merchantID: the merchant whose money it is.
    ///   - providerMerchantID: nil in direct mode.
    ///   - now: when it was asked for, RFC 3339.
    init(
        _ refund: RefundAnswer, _ outcome: RefundOutcome, merchantID: String, providerMerchantID: String?, now: String
    ) {
        envelope = NoticeEnvelope(
            id: "query-" + refund.refundID, createTime: now, eventType: outcome.eventType, summary: "order query",
            originalType: "refund")
        var writer = JSONWriter(reservingByteCount: 512)
        writer.beginObject()
        if let providerMerchantID {
            writer.member("sp_mchid", providerMerchantID)
            writer.member("sub_mchid", merchantID)
        } else {
            writer.member("mchid", merchantID)
        }
        writer.member("out_trade_no", refund.outTradeNo)
        writer.member("transaction_id", refund.transactionID)
        writer.member("out_refund_no", refund.outRefundNo)
        writer.member("refund_id", refund.refundID)
        writer.member("refund_status", outcome.rawValue)
        if let successTime = refund.successTime { writer.member("success_time", successTime) }
        writer.member("user_received_account", refund.userReceivedAccount)
        writer.key("amount")
        writer.beginObject()
        writer.member("total", refund.total)
        writer.member("refund", refund.refund)
        writer.member("payer_total", refund.payerTotal)
        writer.member("payer_refund", refund.payerRefund)
        writer.endObject()
        writer.endObject()
        plaintext = writer.bytes
    }
}
