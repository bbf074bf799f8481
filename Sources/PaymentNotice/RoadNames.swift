import BoundedJSON

/// Names and keys that the rooms along the road of a payment agree on.
public enum RoadNames {
    /// The topic of order payment messages; nothing else is published to it.
    public static let orderPaymentsTopic = "order-payments"
    /// The topic of authentic notices that are not payments.
    public static let platformNoticesTopic = "platform-notices"
    /// The queue merchant push works off.
    public static let merchantOrdersQueue = "merchant-orders"
    /// What the names of queues begin with that hold the orders of merchants nobody registered yet.
    public static let heldOrdersQueuePrefix = "held-orders-"

    /// The queue that holds the orders of one unregistered merchant. Merchant numbers are letters and digits, so the
    /// name is always a legal one.
    public static func heldOrdersQueue(merchantID: String) -> String {
        heldOrdersQueuePrefix + merchantID
    }

    /// The idempotency key of a payment: one payment message for each platform order number, whatever tells of it.
    public static func paymentKey(transactionID: String) -> String {
        "pay:" + transactionID
    }

    /// The idempotency key of a notice that is not a payment: event type and business key.
    ///
    /// The event type and the state are part of the key, because one refund may be told as abnormal and later as a
    /// success, one restriction as put on and later as lifted. The business time of a restriction's state is part of it
    /// too: a case may be put on, lifted and put on again within a day. Where no business key is known to be unique
    /// (appeals, unknown events) the envelope's id stands in: redeliveries keep it.
    public static func noticeKey(_ envelope: NoticeEnvelope, plaintext: [UInt8]) -> String {
        let key = businessKey(envelope.eventType, plaintext) ?? "id:" + envelope.id
        return "notice:" + envelope.eventType + ":" + key
    }

    private static func businessKey(_ eventType: String, _ plaintext: [UInt8]) -> String? {
        guard let root = try? JSONValue.parse(plaintext) else { return nil }
        switch eventType {
        case "REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED":
            return identifier(root["refund_id"])
        case "VIOLATION.PUNISH", "VIOLATION.INTERCEPT":
            return identifier(root["record_id"])
        case "MERCHANT_NOTIFY.NOTIFY":
            guard let content = root["message_content"], let code = identifier(content["business_code"]),
                let state = identifier(content["business_state"])
            else { return nil }
            // Where the time is missing or odd the state alone tells: such a notice is set aside as malformed anyway.
            guard let time = identifier(content["business_time"]) else { return code + ":" + state }
            return code + ":" + state + ":" + time
        default:
            return nil
        }
    }

    private static func identifier(_ value: JSONValue?) -> String? {
        guard let text = value?.string, NoticeText.isIdentifier(text) else { return nil }
        return text
    }
}
