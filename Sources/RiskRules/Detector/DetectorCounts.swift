/// What a detector did so far. Exact, kept over restarts.
public struct DetectorCounts: Sendable, Equatable {
    /// Orders taken, repeats left out.
    public internal(set) var orders: UInt64 = 0
    /// Repeats of a transaction within the dedupe time; they changed nothing.
    public internal(set) var repeats: UInt64 = 0
    /// Orders that came too late to lead to a block; they counted for the merchant's mean.
    public internal(set) var late: UInt64 = 0
    /// Orders of merchants beyond ``RiskLimits/merchantCountMax``; nothing was learned from them.
    public internal(set) var withoutRoom: UInt64 = 0
    /// Decisions by what they do, in the order of ``DecisionAction``.
    public internal(set) var decisions = [UInt64](repeating: 0, count: DecisionAction.allCases.count)

    /// Decisions of one kind.
    public func decided(_ action: DecisionAction) -> UInt64 {
        decisions[DecisionAction.allCases.firstIndex(of: action) ?? 0]
    }

    /// Nothing happened yet.
    public init() {}

    /// All decisions.
    public var decisionTotal: UInt64 { decisions.reduce(0, +) }

    mutating func count(_ action: DecisionAction) {
        decisions[DecisionAction.allCases.firstIndex(of: action) ?? 0] += 1
    }
}
