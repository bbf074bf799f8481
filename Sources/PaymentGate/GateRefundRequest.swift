internal import BoundedJSON

/// A refund request as it is announced.
struct GateRefundRequest: Sendable, Equatable {
    let merchantID: String
    /// The order: its `transaction_id` where that was given, else its `out_trade_no`.
    let orderNumber: String
    let outRefundNo: String
    let amountFen: Int64

    private static let known = ["merchant_id", "out_trade_no", "transaction_id", "out_refund_no", "amount"]

    /// Reads a body.
    ///
    /// - Throws: `Refusal` for the first member that breaks its rule.
    init(_ body: [UInt8]) throws(GateRequest.Refusal) {
        let root = try GateRequest.object(body, known: Self.known)
        merchantID = try GateRequest.required(root, "merchant_id")
        let transactionID = try GateRequest.id(root, "transaction_id")
        let outTradeNo = try GateRequest.id(root, "out_trade_no")
        guard let orderNumber = transactionID ?? outTradeNo else {
            throw GateRequest.Refusal(reason: "out_trade_no or transaction_id must name the order")
        }
        self.orderNumber = orderNumber
        let number = try GateRequest.id(
            root, "out_refund_no", byteCountMax: PaymentGateLimits.outRefundNoByteCountMax)
        guard let number else { throw GateRequest.Refusal(reason: "out_refund_no is missing") }
        outRefundNo = number
        amountFen = try GateRequest.amount(root)
    }
}
