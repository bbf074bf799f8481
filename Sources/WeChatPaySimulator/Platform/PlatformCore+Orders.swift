/// What calls of both generations do with orders.
extension PlatformCore {
    /// Places an order, unless the merchant is restricted.
    func place(_ draft: PlatformOrder) throws(OrderFault) -> PlatformOrder {
        guard !restrictions.closesPayments(of: draft.number.merchantID, nowMillis: nowMillis) else {
            throw .merchantRestricted
        }
        return try book.place(draft)
    }

    /// Places and pays by code, as far as the misbehaviour lets it (wechat-pay §5.3). No notice goes out.
    func payByCode(_ draft: PlatformOrder) throws(OrderFault) -> PlatformOrder {
        let placed = try place(draft)
        switch misbehaviour.codePay {
        case .success: return try pay(placed.number, atMillis: nowMillis)
        case .userPaying:
            return try book.change(placed.number) { (order) throws(OrderFault) in order.state = .userPaying }
        case .payError:
            return try book.change(placed.number) { (order) throws(OrderFault) in order.state = .payError }
        }
    }

    /// The shopper pays.
    /// - Parameter transactionID: the platform's number; nil for a new one.
    func pay(
        _ number: PlatformOrder.Number, atMillis: Int64, transactionID: String? = nil
    ) throws(OrderFault) -> PlatformOrder {
        try book.pay(
            number, atMillis: atMillis, transactionID: transactionID ?? makeTransactionID(paidAtMillis: atMillis),
            openID: makeOpenID())
    }

    /// 6 to 32 letters, digits and `_-|*` (wechat-pay §1.6).
    static func isOrderNumber(_ text: String) -> Bool {
        (6...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: "_-|*".utf8.contains(byte)
                }
            }
    }
}
