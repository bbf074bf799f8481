import RiskRules
import RiskWindows
import Testing

@Suite("Risk decisions")
struct DetectorTests {
    private static let start: Int64 = 1_772_380_800_000

    /// A merchant with 60 ordinary orders of 30 yuan, one a minute, by different payers.
    private static func settled(_ rules: RuleSet, merchant: String = "1630000001") -> TestDetector {
        let detector = TestDetector(rules: rules)
        for number in 0..<60 {
            let decision = detector.take(
                order("h\(merchant)\(number)", 3_000, at: Int64(number) * 60_000, by: "p\(number)", merchant))
            #expect(decision == nil)
        }
        return detector
    }

    private static func order(
        _ id: String, _ amountFen: Int64, at millis: Int64, by payer: String, _ merchant: String = "1630000001"
    ) -> RiskOrder {
        RiskOrder(
            transactionID: id, merchantID: merchant, payer: payer, amountFen: amountFen, timeMillis: start + millis)
    }

    private static let rules = RuleSet(
        name: "t",
        rules: [
            Rule(name: "cap", window: .hour, test: .cap(amountMaxFen: 10_000_000)),
            Rule(
                name: "soar", window: .tenMinutes, test: .soar(factorHundredths: 500, payerTicketsMax: 8),
                ordersMin: 5,
                payersMin: 5, historyOrdersMin: 30),
        ])

    @Test("a soar by many payers blocks with figures, expected figures, rule, case and sample orders")
    func soar() throws {
        let detector = Self.settled(Self.rules)
        var decision: RiskDecision?
        for number in 0..<40 where decision == nil {
            decision = detector.take(
                Self.order("f\(number)", 20_000, at: 3_600_000 + Int64(number) * 1_000, by: "x\(number)"))
        }
        let found = try #require(decision)
        #expect(found.action == .block && found.rule == "soar" && found.reasonCode == "RISK_AMOUNT_SOAR")
        #expect(found.ruleSet == "t" && found.sequence == 1 && found.number == 1)
        #expect(found.caseID == "risk-" + found.id && found.id.hasPrefix("rd_") && found.id.utf8.count == 29)
        #expect(found.untilMillis == found.atMillis + 3_600_000)
        let hit = try #require(found.hits.first)
        #expect(hit.window == .tenMinutes && hit.figures.payerCount >= 5)
        #expect(hit.figures.sumFen > hit.limitFen)
        let expected = try #require(hit.expectedFen)
        #expect(5 * expected <= hit.limitFen && hit.limitFen < 5 * (expected + 1))
        #expect(found.historyOrderCount >= 60)
        #expect(found.reasonText.contains("yuan by"))
        #expect(RiskDecision(encoded: try #require(Self.row(of: found, detector))) == found)
    }

    private static func row(of decision: RiskDecision, _ detector: TestDetector) -> [UInt8]? {
        detector.takeChanges().first { $0.key == DetectorRow.decisionKey(decision.number) }?.value
    }

    @Test("one big order, one payer for an office, and four orders of many payers do not block")
    func oneOrderOneOffice() {
        let detector = Self.settled(Self.rules)
        #expect(detector.take(Self.order("big", 900_000, at: 3_600_000, by: "rich")) == nil)
        for number in 0..<6 {
            // Ordinary orders of others in the same window: the big one still is one order.
            let order = Self.order("o\(number)", 3_000, at: 3_610_000 + Int64(number) * 1_000, by: "q\(number)")
            #expect(detector.take(order) == nil)
        }
        let office = Self.settled(Self.rules)
        for number in 0..<20 {
            #expect(office.take(Self.order("c\(number)", 20_000, at: 3_600_000, by: "boss")) == nil)
        }
        let few = Self.settled(Self.rules)
        for number in 0..<4 {
            #expect(few.take(Self.order("d\(number)", 24_000, at: 4_200_000, by: "y\(number)")) == nil)
        }
    }

    @Test("before 30 orders only the cap speaks; at the cap nothing happens, one fen above it does")
    func capAlone() {
        let detector = TestDetector(rules: Self.rules)
        for number in 0..<29 {
            let order = Self.order(
                "n\(number)", number < 20 ? 10 : 300_000, at: Int64(number) * 1_000, by: "p\(number)")
            #expect(detector.take(order) == nil)
        }
        #expect(detector.take(Self.order("cap", 10_000_000 - 9 * 300_000 - 200, at: 30_000, by: "p")) == nil)
        let decision = detector.take(Self.order("over", 1, at: 31_000, by: "p"))
        #expect(decision?.rule == "cap" && decision?.hits.first?.expectedFen == nil)
        #expect(decision?.reasonCode == "RISK_AMOUNT_CAP")
    }

    @Test("a repeat changes nothing, within the dedupe time and not beyond it")
    func repeats() {
        let rules = RuleSet(
            name: "r", dedupeHours: 1,
            rules: [Rule(name: "cap", window: .minute, test: .cap(amountMaxFen: 150))])
        let detector = TestDetector(rules: rules)
        let order = Self.order("4200002719202510091234567890", 100, at: 0, by: "p")
        #expect(detector.take(order) == nil)
        #expect(detector.take(order) == nil)
        #expect(detector.counts.repeats == 1 && detector.counts.orders == 1)
        #expect(detector.take(Self.order("later", 1, at: 3_599_999, by: "p", "other")) == nil)
        #expect(detector.take(order) == nil)
        #expect(detector.counts.repeats == 2)
        #expect(detector.take(Self.order("past", 1, at: 3_600_000, by: "p", "other")) == nil)
        _ = detector.take(order)
        #expect(detector.counts.repeats == 2 && detector.counts.orders == 4)
    }

    @Test("an order beyond the lateness counts for the mean and never for a block")
    func late() {
        let detector = TestDetector(rules: Self.rules)
        _ = detector.take(Self.order("now", 1, at: 3_600_000, by: "p", "other"))
        #expect(detector.take(Self.order("late", 90_000_000, at: 1_799_999, by: "p")) == nil)
        #expect(detector.counts.late == 1)
        #expect(detector.standing(merchantID: "1630000001")?.totalFen == 90_000_000)
        #expect(detector.standing(merchantID: "1630000001")?.windows[.hour]?.orderCount == 0)
        #expect(detector.take(Self.order("in time", 90_000_000, at: 1_800_000, by: "p"))?.rule == "cap")
    }

    @Test("evidence is used once, a running block is affirmed when less than half is left, and keeps its case")
    func lifeCycle() throws {
        let rules = RuleSet(
            name: "l", blockMinutes: 20,
            rules: [Rule(name: "cap", window: .minute, test: .cap(amountMaxFen: 1_000))])
        let detector = TestDetector(rules: rules)
        let first = try #require(detector.take(Self.order("a", 1_001, at: 0, by: "p")))
        #expect(detector.take(Self.order("b", 5_000, at: 30_000, by: "p")) == nil)
        // More than half of the block is left.
        #expect(detector.take(Self.order("c", 5_000, at: 599_000, by: "p")) == nil)
        let second = try #require(detector.take(Self.order("d", 5_000, at: 601_000, by: "p")))
        #expect(second.action == .affirm && second.caseID == first.caseID && second.sequence == 2)
        #expect(second.blockedBeforeUntilMillis == first.untilMillis)
        #expect(second.untilMillis == Self.start + 601_000 + 1_200_000)
        let third = try #require(detector.take(Self.order("e", 5_000, at: 601_000 + 1_200_000, by: "p")))
        #expect(third.action == .block && third.caseID != first.caseID)
    }

    @Test("a person releases a block by its case; what was seen before is no evidence any more")
    func release() throws {
        let rules = RuleSet(
            name: "l", rules: [Rule(name: "cap", window: .tenMinutes, test: .cap(amountMaxFen: 1_000))])
        let detector = TestDetector(rules: rules)
        let block = try #require(detector.take(Self.order("a", 1_001, at: 0, by: "p")))
        #expect(detector.release(caseID: "risk-other", actor: "li", note: "") == nil)
        #expect(detector.release(caseID: "", actor: "li", note: "") == nil)
        let release = try #require(
            detector.release(caseID: block.caseID, actor: "li", note: "a wedding"))
        #expect(release.action == .release && release.sequence == 2 && release.caseID == block.caseID)
        #expect(release.untilMillis == nil && release.reasonText == "released by li: a wedding")
        #expect(detector.release(caseID: block.caseID, actor: "li", note: "") == nil)
        #expect(detector.take(Self.order("b", 5_000, at: 1_000, by: "p")) == nil)
        #expect(detector.take(Self.order("c", 5_000, at: 600_000, by: "p"))?.action == .block)
    }

    @Test("an alert has no until and comes once a window")
    func alerts() throws {
        let rules = RuleSet(
            name: "a",
            rules: [Rule(name: "look", window: .minute, test: .cap(amountMaxFen: 10), action: .alert)])
        let detector = TestDetector(rules: rules)
        let first = try #require(detector.take(Self.order("a", 11, at: 0, by: "p")))
        #expect(first.action == .alert && first.untilMillis == nil && first.caseID.isEmpty)
        #expect(detector.take(Self.order("b", 11, at: 59_999, by: "p")) == nil)
        #expect(detector.take(Self.order("c", 11, at: 60_000, by: "p"))?.action == .alert)
        #expect(detector.standing(merchantID: "1630000001")?.blockedUntilMillis == nil)
    }

    @Test("other rules hold from the next order on, and the rows remember them")
    func otherRules() throws {
        let strict = RuleSet(
            name: "strict", rules: [Rule(name: "low", window: .minute, test: .cap(amountMaxFen: 5))])
        let detector = TestDetector(rules: .busy)
        #expect(detector.take(Self.order("a", 100, at: 0, by: "p")) == nil)
        detector.use(strict)
        #expect(detector.rulesSinceOrder == 2)
        #expect(detector.take(Self.order("b", 1, at: 1, by: "p"))?.rule == "low")
        var rows: [[UInt8]: [UInt8]] = [:]
        for row in detector.takeChanges() { rows[row.key] = row.value }
        let again = try TestDetector(rows: rows)
        #expect(again.rules == strict && again.rulesSinceOrder == 2)
    }

    @Test("where more orders come than may be remembered, the oldest go, counted; windows and repeats lose just those")
    func eviction() throws {
        let detector = TestDetector(rules: .busy, recentOrderCountMax: 100)
        for number in 0..<150 { _ = detector.take(Self.order("e\(number)", 1, at: Int64(number), by: "p")) }
        #expect(detector.recentOrderCount == 100)
        #expect(detector.evictedCount == 100)  // 50 by the memory of repeats, 50 by the windows
        #expect(detector.standing(merchantID: "1630000001")?.windows[.minute]?.orderCount == 100)
        _ = detector.take(Self.order("e60", 1, at: 150, by: "p"))
        #expect(detector.counts.repeats == 1)
        _ = detector.take(Self.order("e10", 1, at: 150, by: "p"))
        #expect(detector.counts.repeats == 1 && detector.counts.orders == 151)
    }

    @Test(
        "a block that ended by itself is not released any more, so that its evidence stays used and later evidence counts"
    )
    func releaseOfExpired() throws {
        let rules = RuleSet(
            name: "l", blockMinutes: 1, rules: [Rule(name: "cap", window: .hour, test: .cap(amountMaxFen: 1_000))])
        let detector = TestDetector(rules: rules)
        let block = try #require(detector.take(Self.order("a", 1_001, at: 0, by: "p")))
        #expect(detector.take(Self.order("b", 1, at: 60_000, by: "p", "other")) == nil)
        #expect(detector.release(caseID: block.caseID, actor: "li", note: "") == nil)
        #expect(detector.counts.decided(.release) == 0)
    }

    @Test("rules put in place of longer ones before the next order leave nothing of those in the rows")
    func twoSwaps() throws {
        let long = RuleSet(
            name: "long",
            rules: (0..<32).map { Rule(name: "rule-number-\($0)", window: .hour, test: .cap(amountMaxFen: 1_000_000)) })
        let short = RuleSet(name: "short", rules: [Rule(name: "low", window: .minute, test: .cap(amountMaxFen: 5))])
        let detector = TestDetector(rules: .busy)
        #expect(detector.take(Self.order("a", 100, at: 0, by: "p")) == nil)
        var rows: [[UInt8]: [UInt8]] = [:]
        for rules in [long, short] {
            detector.use(rules)
            for row in detector.takeChanges() { rows[row.key] = row.value }
        }
        #expect(try TestDetector(rows: rows).rules == short)
        let parts = rows.keys.filter { $0.first == 1 }
        for key in parts { rows[key] = nil }
        #expect(throws: DetectorRowError.self) { _ = try TestDetector(rows: rows) }
        #expect(try TestDetector(rows: rows, hasFallback: true).rules == .busy)
    }
}
