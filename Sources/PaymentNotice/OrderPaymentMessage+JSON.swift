public import BoundedJSON

/// Why bytes are not an order payment message.
public enum OrderPaymentMessageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not JSON, or longer than a message may be.
    case notJSON(JSONErrorReason, byteOffset: Int)
    /// A member is missing, of the wrong type or out of bounds; by its name.
    case member(String)

    /// What was wrong; shows no value of the message.
    public var description: String {
        switch self {
        case .notJSON(let reason, let offset): "the message is not JSON at byte \(offset): \(reason.sentence)"
        case .member(let name): "the message's member \(name) is missing, of the wrong type or out of bounds"
        }
    }
}

extension OrderPaymentMessage {
    /// The bytes of the message, members in the order of design §5, no white space.
    public func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", Self.eventType)
        writer.member("timestamp", RFC3339.utcText(millis: timestampMillis))
        writer.key("data")
        writer.beginObject()
        writer.member("transaction_id", transactionID)
        writer.member("out_trade_no", outTradeNo)
        writer.member("merchant_id", merchantID)
        writer.member("store_id", storeID)
        writer.member("device_id", deviceID)
        writer.member("payer", payer)
        writer.member("amount", amount)
        writer.member("payer_amount", payerAmount)
        writer.member("discount", discount)
        writer.member("currency", currency)
        writer.member("trade_type", tradeType)
        writer.member("bank_type", bankType)
        writer.member("attach", attach)
        writer.member("paid_at", paidAt)
        writer.member("source", source.rawValue)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// Reads a message; unknown members are passed over.
    public static func decode(_ bytes: [UInt8]) throws(OrderPaymentMessageError) -> OrderPaymentMessage {
        let root: JSONValue
        do {
            root = try JSONValue.parse(bytes, limits: JSONLimits(byteCountMax: NoticeLimits.messageByteCountMax))
        } catch {
            throw .notJSON(error.reason, byteOffset: error.byteOffset)
        }
        guard root["type"]?.equals(eventType) == true else { throw .member("type") }
        guard let timestampMillis = root["timestamp"]?.string.flatMap(RFC3339.millis) else {
            throw .member("timestamp")
        }
        guard let data = root["data"], data.isObject else { throw .member("data") }
        return try OrderPaymentMessage(timestampMillis: timestampMillis, data: data)
    }

    private init(timestampMillis: Int64, data: JSONValue) throws(OrderPaymentMessageError) {
        self.timestampMillis = timestampMillis
        transactionID = try Self.text("transaction_id", data, NoticeText.isIdentifier)
        outTradeNo = try Self.text("out_trade_no", data, NoticeText.isIdentifier)
        merchantID = try Self.text("merchant_id", data, NoticeText.isMerchantID)
        storeID = try Self.text("store_id", data)
        deviceID = try Self.text("device_id", data)
        payer = try Self.text("payer", data)
        amount = try Self.fen("amount", data)
        payerAmount = try Self.fen("payer_amount", data)
        discount = try Self.fen("discount", data)
        currency = try Self.text("currency", data)
        tradeType = try Self.text("trade_type", data)
        bankType = try Self.text("bank_type", data)
        attach = try Self.text("attach", data)
        paidAt = try Self.text("paid_at", data)
        let sourceText = try Self.text("source", data)
        guard let source = PaymentSource(rawValue: sourceText) else { throw .member("source") }
        self.source = source
    }

    private static func text(
        _ name: String, _ data: JSONValue, _ isAllowed: (String) -> Bool = { _ in true }
    ) throws(OrderPaymentMessageError) -> String {
        guard let text = data[name]?.string, isAllowed(text) else { throw .member(name) }
        return text
    }

    private static func fen(_ name: String, _ data: JSONValue) throws(OrderPaymentMessageError) -> Int64 {
        guard let amount = data[name]?.int64, (0...NoticeLimits.amountFenMax).contains(amount) else {
            throw .member(name)
        }
        return amount
    }
}
