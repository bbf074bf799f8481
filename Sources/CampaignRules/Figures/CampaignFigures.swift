public import BoundedJSON

/// What a campaign has counted.
public struct CampaignFigures: Sendable, Hashable {
    /// Orders.
    public private(set) var orderCount: Int64
    /// Their amounts together, fen; stays at the largest number where it would overflow.
    public private(set) var amountFen: Int64
    /// Different payers.
    public private(set) var payerCount: Int64

    private static let layout = FiguresLayout(version: 1, fieldCount: 3, kind: .campaign)

    /// Nothing counted yet.
    public init() {
        orderCount = 0
        amountFen = 0
        payerCount = 0
    }

    /// Counts an order; an amount below 0 counts as 0.
    ///
    /// - Parameter isNewPayer: whether it is the payer's first order here, which the caller knows.
    public mutating func count(amountFen amount: Int64, isNewPayer: Bool) {
        orderCount += 1
        let (sum, overflow) = amountFen.addingReportingOverflow(max(amount, 0))
        amountFen = overflow ? .max : sum
        if isNewPayer { payerCount += 1 }
    }

    /// Its row: 25 bytes.
    public func encoded() -> [UInt8] {
        Self.layout.encode([orderCount, amountFen, payerCount])
    }

    /// Reads ``encoded()``.
    ///
    /// - Throws: ``CampaignError/damaged(_:)`` for another length or version, and for figures that contradict each other.
    public init(encoded bytes: [UInt8]) throws(CampaignError) {
        let fields = try Self.layout.decode(bytes)
        orderCount = fields[0]
        amountFen = fields[1]
        payerCount = fields[2]
        guard payerCount <= orderCount, orderCount > 0 || amountFen == 0 else {
            throw Self.layout.damaged("contradict each other")
        }
    }

    /// Writes its members, without the braces around them.
    public func write(into writer: inout JSONWriter) {
        writer.member("orders", orderCount)
        writer.member("amount", amountFen)
        writer.member("payers", payerCount)
    }
}
