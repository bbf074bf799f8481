import RiskRules
import RiskWindows
import Testing

@Suite("The detector against plain recounting")
struct DetectorModelTests {
    private func outcome(_ decision: RiskDecision?) -> PlainDetector.Outcome? {
        decision.map {
            .init(
                action: $0.action, merchantID: $0.merchantID, rule: $0.rule, until: $0.untilMillis,
                transactionID: $0.transactionID)
        }
    }

    @Test(
        "every decision of a seeded stream with jitter, late orders, repeats, bursts and quiet times is the recount's",
        arguments: [1, 2, 3, 4])
    func decisions(seed: UInt64) {
        var stream = OrderStream(seed: seed)
        var plain = PlainDetector(rules: .busy)
        let detector = TestDetector(rules: .busy)
        var actions: [DecisionAction: Int] = [:]
        for number in 0..<2_500 {
            let order = stream.next()
            let expected = plain.take(order)
            let decision = detector.take(order)
            #expect(outcome(decision) == expected, "order \(number), seed \(seed)")
            if let decision { actions[decision.action, default: 0] += 1 }
        }
        // A stream without decisions would prove nothing.
        #expect(actions[.block, default: 0] > 5 && actions[.alert, default: 0] > 0, "\(actions), seed \(seed)")
        #expect(detector.counts.repeats > 20 && detector.counts.late > 10)
    }

    @Test("built again from its rows at any point, the detector goes on as if nothing had happened, byte for byte")
    func restarts() throws {
        for seed in UInt64(11)...13 {
            var stream = OrderStream(seed: seed)
            let orders = (0..<2_000).map { _ in stream.next() }
            let whole = TestDetector(rules: .busy)
            var wholeRows: [[UInt8]: [UInt8]] = [:]
            var wholeDecisions: [RiskDecision] = []
            for order in orders {
                if let decision = whole.take(order) { wholeDecisions.append(decision) }
            }
            apply(whole.takeChanges(), to: &wholeRows)

            var generator = SeededGenerator(seed: seed)
            var rows: [[UInt8]: [UInt8]] = [:]
            var decisions: [RiskDecision] = []
            var part = TestDetector(rules: .busy)
            var index = 0
            var restartCount = 0
            while index < orders.count {
                // A batch that is committed, and sometimes one that is lost with the process before its commit.
                let end = min(index + 1 + Int(generator.next() % 90), orders.count)
                let isLost = generator.next() % 4 == 0
                var fresh: [RiskDecision] = []
                for order in orders[index..<end] { if let decision = part.take(order) { fresh.append(decision) } }
                if isLost {
                    part = try TestDetector(rows: rows)
                    restartCount += 1
                    continue
                }
                apply(part.takeChanges(), to: &rows)
                decisions += fresh
                index = end
                if generator.next() % 6 == 0 {
                    part = try TestDetector(rows: rows)
                    restartCount += 1
                }
            }
            #expect(restartCount > 5)
            #expect(decisions == wholeDecisions, "seed \(seed)")
            #expect(rows == wholeRows, "seed \(seed)")
            #expect(rows.keys.filter { $0.first == 3 }.count == wholeDecisions.count)
        }
    }

    private func apply(_ changes: [DetectorRow], to rows: inout [[UInt8]: [UInt8]]) {
        for row in changes { rows[row.key] = row.value }
    }

    @Test("missing, damaged or foreign rows are refused by name, never taken for an empty memory")
    func damagedRows() throws {
        var stream = OrderStream(seed: 5)
        let detector = TestDetector(rules: .busy)
        for _ in 0..<300 { _ = detector.take(stream.next()) }
        var rows: [[UInt8]: [UInt8]] = [:]
        apply(detector.takeChanges(), to: &rows)
        _ = try TestDetector(rows: rows)
        for key in rows.keys where key.first == 0 || key.first == 2 || key.first == 4 {
            var cut = rows
            cut[key]?.removeLast()
            #expect(throws: DetectorRowError.self) { _ = try TestDetector(rows: cut) }
            var longer = rows
            longer[key]?.append(0)
            #expect(throws: DetectorRowError.self) { _ = try TestDetector(rows: longer) }
            guard key.first != 0 else { continue }
            var missing = rows
            missing[key] = nil
            #expect(throws: DetectorRowError.self) { _ = try TestDetector(rows: missing) }
        }
    }
}
