import Engine
import MessageModel

/// Messages as a till sends them: the same fields, other values.
enum TillOrders {
    static func order(_ number: Int) -> OutgoingMessage {
        var digits = String(number &* 7_919 % 100_000_000)
        digits = String(repeating: "0", count: 8 - digits.count) + digits
        let text = """
            {"version":1,"transaction_id":"4200001\(digits)20261125","merchant_id":"16000\(number % 89)","store_id":"S\(number % 13)",\
            "trade_type":"NATIVE","trade_state":"SUCCESS","success_time":"2026-11-25T12:\(10 + number % 50):\(10 + number % 47)+08:00",\
            "payer":{"openid":"oUpF8uMuAJO_\(digits)"},"amount":{"total":\(number % 9_999),"payer_total":\(number % 9_999),\
            "currency":"CNY","payer_currency":"CNY"},"attach":"till \(number % 7)"}
            """
        return OutgoingMessage(body: Bytes(text))
    }

    /// Traffic of another shape.
    static func reading(_ number: Int) -> OutgoingMessage {
        OutgoingMessage(
            body: Bytes(
                "sensor=\(number % 5);celsius=\(number % 40);humidity=\(number % 100);battery=\(number % 9)00mV;fw=2.11.7;uptime=\(number)s;site=\(number % 3)-north-warehouse"
            ))
    }
}
