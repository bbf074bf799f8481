/// How many, and how much money.
public struct Tally: Sendable, Hashable {
    /// How many.
    public var count: Int64
    /// Their amounts, fen.
    public var amount: Int64

    /// Nothing, or what is given.
    public init(count: Int64 = 0, amount: Int64 = 0) {
        self.count = count
        self.amount = amount
    }

    /// One more of `amount` fen. A sum that would leave 64 bits stays at the largest.
    public mutating func add(_ amount: Int64) {
        count += 1
        let (sum, overflow) = self.amount.addingReportingOverflow(amount)
        self.amount = overflow ? .max : sum
    }

    /// Adds another one. A sum that would leave 64 bits stays at the largest.
    public mutating func add(_ other: Tally) {
        let (sum, overflow) = amount.addingReportingOverflow(other.amount)
        count = count.addingReportingOverflow(other.count).overflow ? .max : count + other.count
        amount = overflow ? .max : sum
    }
}
