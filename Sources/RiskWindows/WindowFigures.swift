/// What one merchant was paid within one window; all exact.
public struct WindowFigures: Sendable, Equatable {
    /// Sum of the amounts in fen.
    public var sumFen: Int64
    /// Number of events.
    public var orderCount: Int
    /// Number of different payers among them.
    public var payerCount: Int

    /// Nothing, unless told otherwise.
    public init(sumFen: Int64 = 0, orderCount: Int = 0, payerCount: Int = 0) {
        self.sumFen = sumFen
        self.orderCount = orderCount
        self.payerCount = payerCount
    }
}
