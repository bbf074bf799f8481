public import RiskWindows

/// What a decision does.
public enum DecisionAction: String, Sendable, CaseIterable {
    /// The merchant's next payments are refused from now on.
    case block
    /// A block that runs is made longer.
    case affirm
    /// Nothing happens; somebody should look.
    case alert
    /// A person ended the block.
    case release
}

/// What one rule saw when it hit.
public struct RuleHit: Sendable, Equatable {
    /// The rule.
    public let rule: String
    /// Its window.
    public let window: RiskWindow
    /// What the window held.
    public let figures: WindowFigures
    /// What the merchant's own mean of this window was, fen; nil where the rule does not ask for it.
    public let expectedFen: Int64?
    /// The sum above which the rule hits, fen.
    public let limitFen: Int64
}

/// A decision about a merchant: what was done, and all that is needed to understand and recompute it.
///
/// A function of the orders taken so far and the rule set: no clock, no randomness. Times are event times, Unix milliseconds.
public struct RiskDecision: Sendable, Equatable {
    /// Its number; rises by one over all merchants.
    public let number: UInt64
    /// Its id: `rd_` and 26 characters, a function of rule set, rule, merchant and triggering order.
    public let id: String
    /// What it does.
    public let action: DecisionAction
    /// Whom it concerns.
    public let merchantID: String
    /// Number among the decisions about this merchant, from 1 on: a later one is never overtaken by an earlier.
    public let sequence: UInt32
    /// The case: the id of the decision that opened the block, `risk-` before it.
    public let caseID: String
    /// The rule set.
    public let ruleSet: String
    /// What hit, the deciding rule first. Empty for a release.
    public let hits: [RuleHit]
    /// The code of the reason, for restrictions and callbacks.
    public let reasonCode: String
    /// The clock when it was taken.
    public let atMillis: Int64
    /// Until when the block holds; nil for alerts and releases.
    public let untilMillis: Int64?
    /// When the block that ran before this decision was to end; nil where none ran.
    public let blockedBeforeUntilMillis: Int64?
    /// The order that triggered it, and its number among all orders taken; empty for a release.
    public let transactionID: String
    /// See ``transactionID``.
    public let orderNumber: UInt64
    /// Transactions of the merchant before it, the latest first, the trigger left out.
    public let sampleTransactionIDs: [String]
    /// Orders the merchant had behind it.
    public let historyOrderCount: UInt64
    /// Who released it and why; empty for the detector's own decisions.
    public let actor: String
    /// See ``actor``.
    public let note: String

    /// The rule that decided; empty for a release.
    public var rule: String { hits.first?.rule ?? "" }

    /// One sentence for people.
    public var reasonText: String {
        guard let hit = hits.first else {
            return note.isEmpty ? "released by \(actor)" : "released by \(actor): \(note)"
        }
        let seen =
            "\(hit.figures.orderCount) orders of \(Self.yuan(hit.figures.sumFen)) yuan by \(hit.figures.payerCount) payers in \(hit.window.name)"
        guard let expected = hit.expectedFen else { return "\(seen); the cap is \(Self.yuan(hit.limitFen)) yuan" }
        return "\(seen); usual are \(Self.yuan(expected)) yuan, the limit is \(Self.yuan(hit.limitFen))"
    }

    /// Fen as yuan with two decimals.
    static func yuan(_ fen: Int64) -> String {
        let cents = fen % 100
        return "\(fen / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}
