/// What a restriction closes, in the platform's own names (`wechat-pay.md` §6.5). A closed set: names that are not here are passed over.
public enum LimitedFunction: String, Sendable, Hashable, CaseIterable {
    /// No new payments.
    case noTransaction = "NO_TRANSACTION"
    /// No new payments and no top-ups.
    case noTransactionAndRecharge = "NO_TRANSACTION_AND_RECHARGE"
    /// No paying out.
    case noPayment = "NO_PAYMENT"
    /// No withdrawals.
    case noWithdrawal = "NO_WITHDRAWAL"
    /// No refunds.
    case noRefund = "NO_REFUND"
    /// No profit sharing.
    case noProfitSharing = "NO_PROFIT_SHARING"
    /// No completion of orders of the payment score.
    case noPaymentPointCompleteOrder = "NO_PAYMENT_POINT_COMPLETE_ORDER"

    /// Whether requests of that kind are refused under it. `NO_PAYMENT` closes paying out, not what shoppers pay.
    public func refuses(_ operation: GatedOperation) -> Bool {
        switch operation {
        case .payment: self == .noTransaction || self == .noTransactionAndRecharge
        case .refund: self == .noRefund
        }
    }

    /// Without repeats, in the order of the set, so that equal choices are equal lists.
    static func ordered(_ functions: [LimitedFunction]) -> [LimitedFunction] {
        allCases.filter(functions.contains)
    }
}

/// What a gate is asked about.
public enum GatedOperation: String, Sendable, CaseIterable {
    /// A new payment request.
    case payment
    /// A refund request.
    case refund
}
