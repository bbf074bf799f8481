/// One planted difference between a day's bill and what the provider knows.
struct BillDifference: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// The bill has a payment of which no notice was sent.
        case missingLocal = "missing_local"
        /// The bill has another amount.
        case amount
        /// The bill lacks a payment that was notified.
        case unknownLocal = "unknown_local"
        /// The bill gives the payment another state.
        case status
    }

    let kind: Kind
    let number: PlatformOrder.Number
    /// Fen the bill has more than the order; of kind `amount`.
    var deltaFen: Int64 = 1
    /// 交易状态; of kind `status`.
    var state = "REFUND"

    /// What becomes of the order's payment line; nil: it is left out.
    func apply(to line: BillLine) -> BillLine? {
        var line = line
        switch kind {
        case .missingLocal: break
        case .amount: line.amount += deltaFen
        case .unknownLocal: return nil
        case .status: line.state = state
        }
        return line
    }
}
