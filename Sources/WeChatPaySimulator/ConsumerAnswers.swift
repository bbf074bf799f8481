internal import BoundedJSON

/// A promotion as the operator's API shows it.
struct PromotionFigures: Sendable, Equatable {
    let state: String
    let grants: Int
    /// Fen.
    let grantedFen: Int64
    /// Fen.
    let remainingFen: Int64
    let refusedForBudget: Int
    let refusedForPayer: Int

    init(
        state: String, grants: Int, grantedFen: Int64, remainingFen: Int64, refusedForBudget: Int, refusedForPayer: Int
    ) {
        self.state = state
        self.grants = grants
        self.grantedFen = grantedFen
        self.remainingFen = remainingFen
        self.refusedForBudget = refusedForBudget
        self.refusedForPayer = refusedForPayer
    }

    /// Reads an answer of `/admin/v1/promotions/{id}`; nil when it is not understandable.
    init?(_ answer: JSONValue) {
        guard let promotion = answer["promotion"], let state = promotion["state"]?.string,
            let figures = promotion["figures"], let grants = figures["grants"]?.int64,
            let granted = figures["granted"]?.int64, let remaining = figures["remaining"]?.int64,
            let refusedForBudget = figures["refused_budget"]?.int64,
            let refusedForPayer = figures["refused_payer"]?.int64
        else { return nil }
        self.init(
            state: state, grants: Int(grants), grantedFen: granted, remainingFen: remaining,
            refusedForBudget: Int(refusedForBudget), refusedForPayer: Int(refusedForPayer))
    }
}

extension CampaignFigures {
    /// Reads an answer of `/admin/v1/campaigns/{id}`; nil when it is not understandable.
    init?(_ answer: JSONValue) {
        guard let figures = answer["campaign"]?["figures"], let orders = figures["orders"]?.int64,
            let amount = figures["amount"]?.int64, let payers = figures["payers"]?.int64
        else { return nil }
        self.init(orders: Int(orders), amountFen: amount, payers: Int(payers))
    }
}

/// A restriction as the operator's API lists it.
struct ShownRestriction: Sendable, Equatable {
    let caseID: String
    let merchantID: String
    /// Who put it: `operator`, `risk` or `wechat`.
    let source: String
    let reasonCode: String
    let reason: String

    init(caseID: String, merchantID: String, source: String, reasonCode: String, reason: String) {
        self.caseID = caseID
        self.merchantID = merchantID
        self.source = source
        self.reasonCode = reasonCode
        self.reason = reason
    }

    /// Reads one entry of `/admin/v1/restrictions`; nil when it is not understandable, or was lifted without ever
    /// being put.
    init?(_ entry: JSONValue) {
        guard let caseID = entry["case_id"]?.string, let merchantID = entry["merchant_id"]?.string,
            let source = entry["source"]?.string, let reasonCode = entry["reason_code"]?.string,
            let reason = entry["reason"]?.string
        else { return nil }
        self.init(caseID: caseID, merchantID: merchantID, source: source, reasonCode: reasonCode, reason: reason)
    }
}

/// A decision of the risk control as the operator's API lists it.
struct ShownDecision: Sendable, Equatable {
    let decisionID: String
    let merchantID: String
    /// `block`, `alert`, `release` or `affirm`.
    let action: String
    let rule: String
    /// The restriction it belongs to; empty without one.
    let caseID: String

    init(decisionID: String, merchantID: String, action: String, rule: String, caseID: String) {
        self.decisionID = decisionID
        self.merchantID = merchantID
        self.action = action
        self.rule = rule
        self.caseID = caseID
    }

    /// Reads one entry of `/admin/v1/risk/decisions`; nil when it is not understandable.
    init?(_ entry: JSONValue) {
        guard let decisionID = entry["decision_id"]?.string, let merchantID = entry["merchant_id"]?.string,
            let action = entry["action"]?.string, let rule = entry["rule"]?.string
        else { return nil }
        self.init(
            decisionID: decisionID, merchantID: merchantID, action: action, rule: rule,
            caseID: entry["case_id"]?.string ?? "")
    }
}

/// What the topic's consumers had come to when they had drained their queues.
struct ConsumerResults: Sendable, Equatable {
    /// Restrictions the risk control put.
    var restrictions: [ShownRestriction] = []
    /// All decisions of the risk control.
    var decisions: [ShownDecision] = []
    /// By promotion id.
    var promotions: [String: PromotionFigures] = [:]
    /// By campaign id.
    var campaigns: [String: CampaignFigures] = [:]
    /// Messages in the queue of grants.
    var grantMessages = 0
    /// Messages that were still in a consumer's queue when the patience ended, by queue; a queue that does not exist
    /// counts as one.
    var undrained: [String: Int] = [:]

    /// Whether every block that was decided is a restriction, and every restriction was called back: a decision takes
    /// effect a moment after its order was worked off.
    func isEffective(_ calledBack: Set<String>) -> Bool {
        let restricted = Set(restrictions.map(\.caseID))
        let decided = decisions.filter { $0.action == "block" }.map(\.caseID)
        return restricted.isSuperset(of: decided) && calledBack.isSuperset(of: restricted)
    }
}
