internal import BoundedJSON
internal import Engine
internal import MessageModel
internal import PaymentNotice
internal import TopicConsumer

/// One grant on its way to the queue of grants.
struct PromotionGrant {
    /// The promotion's number: never reused, so grants of a promotion made again have ids of their own.
    let number: UInt32
    let promotionID: String
    let order: ConsumedOrder
    let rewardFen: Int64

    /// `gr_`, the promotion's number, the transaction: the same whenever the same order is granted by the same promotion.
    var id: String { "gr_\(number)_\(order.message.transactionID)" }

    /// The message, as everybody reads it. It never tells when we granted, so it is the same whenever it is made.
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "promotion.grant")
        writer.member("timestamp", RFC3339.utcText(millis: order.paidAtMillis))
        writer.key("data")
        writer.beginObject()
        writer.member("grant_id", id)
        writer.member("promotion_id", promotionID)
        writer.member("transaction_id", order.message.transactionID)
        writer.member("out_trade_no", order.message.outTradeNo)
        writer.member("merchant_id", order.message.merchantID)
        writer.member("store_id", order.message.storeID)
        writer.member("payer", order.message.payer)
        writer.member("order_amount", order.message.amount)
        writer.member("reward", rewardFen)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The message with its key. The key is the second guard: the order's row in the same commit is the first.
    func outgoing() -> OutgoingMessage {
        let key: IdempotencyKey
        do throws(BrokerError) {
            key = try IdempotencyKey("grant:\(number):\(order.message.transactionID)")
        } catch {
            preconditionFailure("a transaction id is short enough for a key: \(error)")
        }
        return OutgoingMessage(body: Bytes(encoded()), key: key)
    }
}
