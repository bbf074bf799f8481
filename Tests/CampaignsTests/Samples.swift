import CampaignRules
import PaymentNotice
import TopicConsumer

/// Definitions and orders that are right in every member, for tests that change one.
enum Samples {
    static let startsAtMillis: Int64 = 1_760_000_000_000
    static let endsAtMillis: Int64 = startsAtMillis + 3_600_000
    private static let template = """
        {"type":"order.paid","timestamp":"2025-10-09T08:53:20.000Z","data":{"transaction_id":"tx1","out_trade_no":"no1",\
        "merchant_id":"m1","store_id":"s1","device_id":"","payer":"payer1","amount":1000,"payer_amount":1000,"discount":0,\
        "currency":"CNY","trade_type":"JSAPI","bank_type":"CMC","attach":"","paid_at":"2025-10-09T16:53:20+08:00",\
        "source":"notice"}}
        """

    static func criteria(
        starts: Int64 = startsAtMillis, ends: Int64 = endsAtMillis, merchants: [String]? = nil, amountMin: Int64 = 1
    ) throws -> OrderCriteria {
        try OrderCriteria(
            startsAtMillis: starts, endsAtMillis: ends,
            merchants: try merchants.map { try MerchantSelection(merchantIDs: $0) } ?? .all, amountMinFen: amountMin)
    }

    static func campaign(
        _ id: String, ends: Int64 = endsAtMillis, merchants: [String]? = nil, amountMin: Int64 = 1,
        name: String = "Summer"
    ) throws -> Campaign {
        try Campaign(
            id: id, name: name, criteria: try criteria(ends: ends, merchants: merchants, amountMin: amountMin))
    }

    static func promotion(_ id: String, merchants: [String]? = nil, budgetFen: Int64 = 1_000) throws -> Promotion {
        try Promotion(
            id: id, name: "Summer", criteria: try criteria(merchants: merchants), reward: .fixed(amountFen: 100),
            budgetFen: budgetFen)
    }

    static func order(
        _ transactionID: String, merchant: String = "m1", payer: String = "payer1", amount: Int64 = 1_000,
        paidAt: Int64 = startsAtMillis
    ) throws -> ConsumedOrder {
        var message = try OrderPaymentMessage.decode(Array(template.utf8))
        message.transactionID = transactionID
        message.merchantID = merchant
        message.payer = payer
        message.amount = amount
        message.timestampMillis = paidAt
        return ConsumedOrder(message: message, paidAtMillis: paidAt)
    }
}
