import RiskRules

/// A detector in a box: expectations take no values that cannot be copied.
final class TestDetector {
    private var detector: RiskDetector

    init(rules: RuleSet, recentOrderCountMax: Int = 1_000_000) {
        detector = RiskDetector(rules: rules, recentOrderCountMax: recentOrderCountMax)
    }

    /// Built again from rows.
    init(
        rows: [[UInt8]: [UInt8]], recentOrderCountMax: Int = 1_000_000, hasFallback: Bool = false
    ) throws(DetectorRowError) {
        detector = RiskDetector(rules: .busy, recentOrderCountMax: recentOrderCountMax)
        for prefix in DetectorRow.restoringPrefixes {
            let keys = rows.keys.filter { $0.starts(with: prefix) }.sorted { $0.lexicographicallyPrecedes($1) }
            for key in keys { try detector.restore(DetectorRow(key: key, value: rows[key])) }
        }
        try detector.finishRestoring(hasFallback: hasFallback)
    }

    var counts: DetectorCounts { detector.counts }
    var rules: RuleSet { detector.rules }
    var rulesSinceOrder: UInt64 { detector.rulesSinceOrder }
    var recentOrderCount: Int { detector.recentOrderCount }
    var evictedCount: UInt64 { detector.evictedCount }

    func take(_ order: RiskOrder) -> RiskDecision? { detector.take(order) }
    func use(_ rules: RuleSet) { detector.use(rules) }
    func takeChanges() -> [DetectorRow] { detector.takeChanges().rows }
    func standing(merchantID: String) -> MerchantRiskStanding? { detector.standing(merchantID: merchantID) }

    func release(caseID: String, actor: String, note: String) -> RiskDecision? {
        detector.release(caseID: caseID, actor: actor, note: note)
    }
}
