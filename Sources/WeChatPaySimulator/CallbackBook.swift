internal import BoundedJSON

/// A block or an unblock as the risk control tells it to whoever registered for it.
struct RiskCallback: Sendable, Equatable {
    let decisionID: String
    let caseID: String
    let merchantID: String
    /// Number within the merchant, rising.
    let sequence: Int64
    /// False for an unblock.
    let isBlock: Bool

    init(decisionID: String, caseID: String, merchantID: String, sequence: Int64, isBlock: Bool) {
        self.decisionID = decisionID
        self.caseID = caseID
        self.merchantID = merchantID
        self.sequence = sequence
        self.isBlock = isBlock
    }

    /// Reads a body; nil when it is not understandable.
    init?(_ body: [UInt8]) {
        guard let root = try? JSONValue.parse(body), let data = root["data"],
            let type = root["type"]?.string, ["merchant.block", "merchant.unblock"].contains(type),
            let decisionID = data["decision_id"]?.string, let caseID = data["case_id"]?.string,
            let merchantID = data["merchant_id"]?.string, let sequence = data["sequence"]?.int64
        else { return nil }
        self.init(
            decisionID: decisionID, caseID: caseID, merchantID: merchantID, sequence: sequence,
            isBlock: type == "merchant.block")
    }
}

/// What the callback's receiver keeps: each decision once, in the order of each merchant. A value; one owner at a
/// time. It grows by the decisions of one run.
struct CallbackBook: Sendable, Equatable {
    /// What was counted.
    struct Figures: Sendable, Equatable {
        /// Deliveries with a good signature.
        var received = 0
        /// Of these: answered 503 on purpose.
        var putOff = 0
        /// Of these: the first of their decision that was taken.
        var taken = 0
        /// Of these: of decisions that had been taken before.
        var repeated = 0
        /// Of these: not understandable, or other content under the id of a decision seen before.
        var wrongContents = 0
        /// Decisions that came before an older one of their merchant was taken, or with a number that does not rise.
        var outOfOrder = 0
        /// Deliveries without a good signature.
        var badSignatures = 0
    }

    private struct Decision: Sendable, Equatable {
        let callback: RiskCallback
        var deliveryCount = 0
        var isTaken = false
    }

    /// What was counted so far.
    private(set) var figures = Figures()
    /// Restrictions whose blocks were taken.
    private(set) var blockedCases: Set<String> = []
    private var decisions: [String: Decision] = [:]
    /// By merchant: the decision of the highest number so far.
    private var latest: [String: String] = [:]
    private let refusalCount: Int

    /// An empty book.
    /// - Parameter refusalCount: so many deliveries of each decision are answered 503 before one is taken.
    init(refusalCount: Int) {
        self.refusalCount = refusalCount
    }

    /// Counts a delivery whose signature does not hold.
    /// - Returns: the status to answer.
    mutating func takeUnsigned() -> Int {
        figures.badSignatures += 1
        return 401
    }

    /// Takes a delivery whose signature holds.
    /// - Parameter id: of the signed message.
    /// - Returns: the status to answer.
    mutating func take(id: String, body: [UInt8]) -> Int {
        figures.received += 1
        guard let callback = RiskCallback(body), callback.decisionID == id,
            decisions[id].map({ $0.callback == callback }) != false
        else {
            figures.wrongContents += 1
            return 400
        }
        if decisions[id] == nil { meet(callback) }
        return count(callback)
    }

    private mutating func meet(_ callback: RiskCallback) {
        if let older = latest[callback.merchantID].flatMap({ decisions[$0] }) {
            if !older.isTaken || callback.sequence <= older.callback.sequence { figures.outOfOrder += 1 }
            if callback.sequence > older.callback.sequence { latest[callback.merchantID] = callback.decisionID }
        } else {
            latest[callback.merchantID] = callback.decisionID
        }
        decisions[callback.decisionID] = Decision(callback: callback)
    }

    private mutating func count(_ callback: RiskCallback) -> Int {
        guard var decision = decisions[callback.decisionID] else { preconditionFailure("it was met before") }
        defer { decisions[callback.decisionID] = decision }
        decision.deliveryCount += 1
        if decision.isTaken {
            figures.repeated += 1
        } else if decision.deliveryCount <= refusalCount {
            figures.putOff += 1
            return 503
        } else {
            decision.isTaken = true
            figures.taken += 1
            if callback.isBlock { blockedCases.insert(callback.caseID) }
        }
        return 204
    }
}
