public import RiskWindows

/// What risk control knows of one merchant at this moment.
public struct MerchantRiskStanding: Sendable, Equatable {
    /// The merchant.
    public let merchantID: String
    /// Orders taken and their sum, fen.
    public let orderCount: UInt64
    /// See ``orderCount``.
    public let totalFen: Int64
    /// The clock of all merchants, Unix milliseconds.
    public let clockMillis: Int64
    /// The windows that end at the clock.
    public let windows: [RiskWindow: WindowFigures]
    /// End of the block that was last put, Unix milliseconds; nil where there is none or it was released.
    public let blockedUntilMillis: Int64?
    /// Its case; empty where there is none.
    public let caseID: String
    /// Decisions about it so far.
    public let decisionCount: UInt32
}

/// Why the desk did not do what it was asked. Nothing was changed, except where the store could not say.
public enum RiskDeskError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule file cannot be used; the old rules stay active.
    case rules(String)
    /// Too many changes wait.
    case overloaded
    /// The store refused; the text says why.
    case store(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .rules(let text): text
        case .overloaded: "too many changes wait already; try again later"
        case .store(let text): text
        }
    }
}

/// What the operator's console may ask of risk control. Thread-safe.
public protocol RiskDesk: Sendable {
    /// Decisions by number: the next ones behind `after`, or where it is nil those before `before`, newest first.
    ///
    /// - Parameters:
    ///   - merchantID: only those about this merchant; nil for all.
    ///   - countMax: 1…1,000.
    /// - Returns: the decisions, and the number to go on from; nil at the end.
    func decisions(
        merchantID: String?, after: UInt64?, before: UInt64?, countMax: Int
    ) async throws(RiskDeskError) -> (decisions: [RiskDecision], next: UInt64?)
    /// What is known of a merchant; nil where it had no order yet.
    func standing(merchantID: String) async throws(RiskDeskError) -> MerchantRiskStanding?
    /// The active rules, and the number of the first order they saw.
    func activeRules() async -> (rules: RuleSet, sinceOrder: UInt64)
    /// Reads the rule file again and uses it from the next order on.
    func reloadRules() async throws(RiskDeskError) -> (rules: RuleSet, sinceOrder: UInt64)
    /// Ends a block of risk control by hand: the decision is durable when this returns, callback and end of the restriction follow from it.
    ///
    /// - Returns: false where no block of risk control runs under this case.
    func release(caseID: String, actor: String, note: String) async throws(RiskDeskError) -> Bool
}

extension RiskDetector {
    /// What is known of a merchant; nil where it had no order yet.
    public func standing(merchantID: String) -> MerchantRiskStanding? {
        guard let number = numbers[merchantID] else { return nil }
        let history = merchants[Int(number)]
        var figures: [RiskWindow: WindowFigures] = [:]
        for window in RiskWindow.allCases { figures[window] = windows.figures(of: number, in: window) }
        return MerchantRiskStanding(
            merchantID: merchantID, orderCount: history.orderCount, totalFen: history.totalFen,
            clockMillis: clockMillis, windows: figures, blockedUntilMillis: history.blockedUntilMillis,
            caseID: history.caseID, decisionCount: history.decisionCount)
    }

    /// Merchants known.
    public var merchantCount: Int { merchants.count }
    /// Orders remembered.
    public var recentOrderCount: Int { recent.count }
    /// Orders forgotten before their time, because there were too many.
    public var evictedCount: UInt64 { recent.evictedCount + windows.evictedCount }
    /// Decisions that wait for ``takeChanges()``.
    public var freshDecisionCount: Int { freshDecisions.count }
    /// Number of the oldest decision kept, and of the latest.
    public var decisionRange: (first: UInt64, last: UInt64) { (firstDecision, counts.decisionTotal) }
}
