/// What a bill was found to hold, and where its own summary says otherwise.
public struct TradeBillSummary: Sendable, Equatable {
    /// Where the summary and the lines differ.
    public struct Mismatch: Sendable, Equatable {
        /// The summary's column.
        public var column: String
        /// What the summary says: a count, or fen.
        public var stated: Int64
        /// What the lines come to: a count, or fen.
        public var found: Int64

        /// Joins the members.
        public init(column: String, stated: Int64, found: Int64) {
            self.column = column
            self.stated = stated
            self.found = found
        }
    }

    /// Which lines it has.
    public var layout: TradeBillLayout
    /// Detail lines that were read.
    public var lineCount: Int
    /// Where summary and lines differ; empty where they agree.
    public var mismatches: [Mismatch]
    /// Lines among the details that could not be read; at most ``TradeBillLimits/unreadableLineCountMax``.
    public var unreadable: [UnreadableLine]

    /// Joins the members.
    public init(
        layout: TradeBillLayout, lineCount: Int, mismatches: [Mismatch], unreadable: [UnreadableLine] = []
    ) {
        self.layout = layout
        self.lineCount = lineCount
        self.mismatches = mismatches
        self.unreadable = unreadable
    }
}

/// Sums over detail lines, as the summary names them.
struct TradeBillTotals {
    private(set) var lineCount = 0
    /// Over payments, and over all lines: whether a refund's own line repeats the order's amounts is not documented.
    private var payments = [Int64](repeating: 0, count: TradeBillSum.allCases.count)
    private var all = [Int64](repeating: 0, count: TradeBillSum.allCases.count)

    mutating func add(_ line: TradeBillLine) {
        lineCount += 1
        for sum in TradeBillSum.allCases {
            let value = Self.value(of: sum, line)
            // Twenty million amounts of at most 10^12 fen: a sum cannot leave 64 bits unless a bill is absurd, and then it stays wrong.
            all[sum.rawValue] = all[sum.rawValue].addingReportingOverflow(value).partialValue
            let isOfOrder = sum == .settlement || sum == .amount
            guard !isOfOrder || line.kind == .payment else { continue }
            payments[sum.rawValue] = payments[sum.rawValue].addingReportingOverflow(value).partialValue
        }
    }

    /// Where `stated` differs.
    func mismatches(_ stated: [(sum: TradeBillSum, name: String, value: Int64)]) -> [TradeBillSummary.Mismatch] {
        stated.compactMap { sum, name, value in
            let found = payments[sum.rawValue]
            guard value != found, value != all[sum.rawValue] else { return nil }
            return TradeBillSummary.Mismatch(column: name, stated: value, found: found)
        }
    }

    private static func value(of sum: TradeBillSum, _ line: TradeBillLine) -> Int64 {
        switch sum {
        case .count: 1
        case .settlement: line.settlementAmount
        case .refund: line.refundAmount
        case .couponRefund: line.couponRefundAmount
        case .amount: line.amount
        case .refundRequested: line.refundRequestedAmount
        }
    }
}
