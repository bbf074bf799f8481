/// One refund of an order (wechat-pay §4).
struct PlatformRefund: Sendable, Equatable {
    /// Where it stands.
    enum State: String, Sendable, CaseIterable {
        /// Can go to: success, abnormal, closed.
        case processing = "PROCESSING"
        /// The end.
        case success = "SUCCESS"
        /// The payer's account did not take it. Can go to: success, closed.
        case abnormal = "ABNORMAL"
        /// The end: nothing was given back.
        case closed = "CLOSED"
    }

    /// The caller's number, unique within the merchant.
    let outRefundNo: String
    /// The platform's number.
    let refundID: String
    /// Fen of the order amount.
    let amount: Int64
    /// Fen the payer gets back.
    let payerAmount: Int64
    let reason: String
    /// Where its notice goes; nil for the platform's own notify URL.
    let notifyURL: String?
    /// Unix milliseconds.
    let createdAtMillis: Int64
    var state = State.processing
    /// Unix milliseconds; nil while it is open.
    var endedAtMillis: Int64?

    /// Whether its amount is, or will be, gone from the order.
    var counts: Bool { state != .closed }

    static let receivedAccount = "支付用户零钱"
}
