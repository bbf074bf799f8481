internal import RiskWindows

/// One order as the detector sees it.
public struct RiskOrder: Sendable, Equatable {
    /// Identifies the payment.
    public var transactionID: String
    /// Whose sale it is.
    public var merchantID: String
    /// Who paid; empty where unknown.
    public var payer: String
    /// How much, fen, 1…10¹².
    public var amountFen: Int64
    /// When, Unix milliseconds. The caller keeps times far ahead away: they would move the clock of all.
    public var timeMillis: Int64

    /// Joins the members.
    public init(transactionID: String, merchantID: String, payer: String, amountFen: Int64, timeMillis: Int64) {
        self.transactionID = transactionID
        self.merchantID = merchantID
        self.payer = payer
        self.amountFen = amountFen
        self.timeMillis = timeMillis
    }
}

/// Finds merchants whose payments soar: takes orders one after another and says what is to be done.
///
/// A pure state machine: decisions are a function of the orders in their order, of the rule sets and where they were swapped, and of what people
/// released; never of a wall clock, of batches or of hash seeds. The clock is the largest event time taken so far. What it remembers is a set of rows
/// (``DetectorRow``): ``takeChanges()`` gives those that changed, ``restore(_:)`` builds the same detector from them again.
///
/// For each order: a repeat changes nothing; the clock moves; the order enters the windows unless it is too late; the rules are asked; only then does
/// the merchant's mean learn from it. Evidence is used once: after a decision about a merchant a window counts again only when all of it lies after
/// that decision. A block that runs is affirmed once less than half of it is left.
///
/// O(1) an order, plus what leaves the windows. Not thread-safe: one owner.
public struct RiskDetector: ~Copyable, Sendable {
    /// The active rules.
    public internal(set) var rules: RuleSet
    /// Number of the first order that the active rules saw.
    public internal(set) var rulesSinceOrder: UInt64 = 0
    /// What happened so far.
    public internal(set) var counts = DetectorCounts()
    /// The largest event time taken, Unix milliseconds; 0 before the first.
    public internal(set) var clockMillis: Int64 = 0

    var windows: SlidingWindows
    var recent: RecentOrders
    /// Merchants by number.
    var merchants: ContiguousArray<MerchantHistory> = []
    var merchantIDs: ContiguousArray<String> = []
    var numbers: [String: UInt32] = [:]
    /// Decisions that were taken since the last ``takeChanges()``, and the number of the oldest kept.
    var freshDecisions: [RiskDecision] = []
    var firstDecision: UInt64 = 1
    var changes = DetectorChanges()
    /// Text of the active rules while rows are taken back.
    var restoredRules: [UInt8] = []
    /// Whether the control row was taken back.
    var isControlRestored = false

    /// A detector that knows nothing yet.
    public init(rules: RuleSet, recentOrderCountMax: Int = RiskLimits.recentOrderCountMax) {
        self.rules = rules
        windows = SlidingWindows(eventCountMax: min(recentOrderCountMax, RiskWindowLimits.eventCountMax))
        recent = RecentOrders(countMax: recentOrderCountMax)
        changes.rules = true
        changes.control = true
    }

    /// Takes one order; at most one decision follows.
    public mutating func take(_ order: RiskOrder) -> RiskDecision? {
        let key = OrderKey(order.transactionID)
        changes.control = true
        guard !recent.contains(key) else {
            counts.repeats += 1
            return nil
        }
        clockMillis = max(clockMillis, order.timeMillis)
        windows.advance(toMillis: clockMillis)
        recent.forget(arrivedThrough: clockMillis - rules.dedupeMillis)
        guard let number = number(of: order.merchantID) else {
            counts.withoutRoom += 1
            return nil
        }
        let isLate = order.timeMillis < clockMillis - rules.latenessMillis
        let remembered = RecentOrder(
            key: key, arrivalMillis: clockMillis, eventMillis: order.timeMillis, amountFen: order.amountFen,
            payer: PayerHash.of(order.payer), merchant: number, isLate: isLate)
        recent.append(remembered)
        counts.orders += 1
        counts.late += isLate ? 1 : 0
        if !isLate { enter(remembered) }
        let decision = isLate ? nil : decide(order, number)
        merchants[Int(number)].orderCount += 1
        merchants[Int(number)].totalFen += order.amountFen
        changes.merchants.insert(number)
        return decision
    }

    /// Ends a merchant's block by hand: its payments pass again, and what was seen until now is no evidence any more. O(merchants).
    ///
    /// - Returns: the decision; nil where no block of the detector runs under this case.
    public mutating func release(caseID: String, actor: String, note: String) -> RiskDecision? {
        guard !caseID.isEmpty, let history = merchants.first(where: { $0.caseID == caseID }),
            history.isBlocked(atMillis: clockMillis)
        else { return nil }
        let number = history.number
        let decision = make(
            .release, number, hits: [], reasonCode: "RISK_RELEASED", until: nil, caseID: caseID, order: nil,
            actor: Self.cut(actor, byteCountMax: RiskLimits.nameByteCountMax),
            note: Self.cut(note, byteCountMax: RiskLimits.noteByteCountMax))
        merchants[Int(number)].blockedUntilMillis = nil
        merchants[Int(number)].caseID = ""
        merchants[Int(number)].lastDecisionMillis = clockMillis
        return decision
    }

    /// Uses other rules from the next order on.
    public mutating func use(_ rules: RuleSet) {
        self.rules = rules
        rulesSinceOrder = counts.orders + 1
        changes.rules = true
        changes.control = true
    }

    /// Puts an order into the windows.
    mutating func enter(_ order: RecentOrder) {
        windows.record(
            timeMillis: order.eventMillis, merchant: order.merchant, payer: order.payer, amountFen: order.amountFen)
    }

    private mutating func number(of merchantID: String) -> UInt32? {
        if let known = numbers[merchantID] { return known }
        guard merchants.count < RiskLimits.merchantCountMax,
            merchantID.utf8.count <= RiskLimits.merchantIDByteCountMax
        else { return nil }
        let number = UInt32(merchants.count)
        merchants.append(MerchantHistory(number: number, firstMillis: clockMillis))
        merchantIDs.append(merchantID)
        numbers[merchantID] = number
        return number
    }

    /// The first bytes of a text, whole characters only.
    private static func cut(_ text: String, byteCountMax: Int) -> String {
        guard text.utf8.count > byteCountMax else { return text }
        var kept = String(decoding: text.utf8.prefix(byteCountMax), as: UTF8.self)
        // The last character may have been cut in two.
        while !text.hasPrefix(kept) { kept.removeLast() }
        return kept
    }
}
