import Engine
import MessageModel
import PaymentNotice
import TopicConsumer

/// Merchants whose numbers begin with 16 are registered.
struct SixteenMerchants: KnownMerchants {
    func isKnown(merchantID: String) -> Bool { merchantID.hasPrefix("16") }
}

/// Bytes of order payment messages.
enum Samples {
    static let paidAt: Int64 = 1_760_000_000_000

    static func order(
        _ transaction: String, merchant: String = "1630000001", amount: String = "1250", currency: String = "CNY",
        timestamp: String? = nil
    ) -> Bytes {
        let time = timestamp ?? RFC3339.utcText(millis: paidAt)
        return Bytes(
            #"{"type":"order.paid","timestamp":"\#(time)","data":{"transaction_id":"\#(transaction)","out_trade_no":"o1","#
                + #""merchant_id":"\#(merchant)","store_id":"","device_id":"","payer":"p1","amount":\#(amount),"#
                + #""payer_amount":0,"discount":0,"currency":"\#(currency)","trade_type":"JSAPI","bank_type":"","#
                + #""attach":"","paid_at":"\#(time)","source":"notice"}}"#)
    }

    static func delivery(_ body: Bytes, storedAt: Int64 = paidAt) -> Delivery<ReceiptHandle> {
        let time = Timestamp(milliseconds: UInt64(storedAt))
        return Delivery(
            source: .topic(TopicID(rawValue: 1)), sourceSequence: 1, properties: .none, body: body, enqueuedAt: time,
            firstReceivedAt: time, deliveryCount: 1, hiddenUntil: time,
            receipt: ReceiptHandle(
                queue: QueueID(rawValue: 1), sequence: 1, deliveryNumber: 1, authenticator: 0))
    }
}
