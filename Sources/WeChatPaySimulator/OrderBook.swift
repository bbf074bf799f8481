internal import Synchronization

/// The platform's own record of orders: what shops placed and shoppers paid. Thread-safe.
public final class OrderBook: Sendable {
    /// What the platform knows of one order.
    public struct Order: Sendable, Equatable {
        /// The planned payment.
        public let payment: Payment
        /// Unix milliseconds; nil until the shopper paid.
        public var paidAtMillis: Int64?
    }

    /// An order number is unique only within a merchant number.
    private struct Number: Hashable {
        let merchantID: String
        let outTradeNo: String
    }

    private struct State {
        var orders: [String: Order] = [:]
        var transactionIDs: [Number: String] = [:]
        var paidCount = 0
    }

    private let state = Mutex(State())

    /// Empty.
    public init() {}

    /// The shop places an order; the platform's ACK is its answer (wechat-pay §5.4): accepted, no money yet.
    /// - Returns: the text of the code the shopper scans.
    @discardableResult
    public func place(_ payment: Payment) -> String {
        state.withLock { state in
            state.orders[payment.transactionID] = Order(payment: payment)
            let number = Number(merchantID: payment.merchantID, outTradeNo: payment.outTradeNo)
            state.transactionIDs[number] = payment.transactionID
        }
        return "weixin://wxpay/bizpayurl/up?pr=\(payment.transactionID.suffix(10))"
    }

    /// The shopper pays an order that was placed.
    public func pay(transactionID: String, atMillis: Int64) {
        state.withLock { state in
            guard state.orders[transactionID]?.paidAtMillis == nil else { return }
            state.orders[transactionID]?.paidAtMillis = atMillis
            state.paidCount += 1
        }
    }

    /// Orders the shoppers paid.
    public var paidCount: Int { state.withLock { $0.paidCount } }
    /// Orders placed.
    public var placedCount: Int { state.withLock { $0.orders.count } }

    /// Transaction ids of all paid orders.
    public var paidTransactionIDs: [String] {
        state.withLock { state in state.orders.values.filter { $0.paidAtMillis != nil }.map(\.payment.transactionID) }
    }

    /// All paid orders.
    var paidOrders: [Order] {
        state.withLock { state in state.orders.values.filter { $0.paidAtMillis != nil } }
    }

    /// By the platform's number.
    public func order(transactionID: String) -> Order? {
        state.withLock { $0.orders[transactionID] }
    }

    /// By the shop's number.
    public func order(merchantID: String, outTradeNo: String) -> Order? {
        let number = Number(merchantID: merchantID, outTradeNo: outTradeNo)
        return state.withLock { state in state.transactionIDs[number].flatMap { state.orders[$0] } }
    }
}
