import BoundedJSON
import Testing

@testable import WeChatPaySimulator

@Suite("The account of the risk control")
struct RiskAccountTests {
    private static let schedule = PaymentSchedule(WorldPlan())
    private static let fakes = schedule.payments.filter(\.isFake)
    private static let fakerID = fakes.first?.merchantID ?? ""

    /// The faker is blocked in the 50th millisecond behind its tenth fake payment, one fake payment a second. The daemon
    /// is away from second 20 to second 22.
    private static var sources: RiskAccount.Sources {
        var results = ConsumerResults()
        results.restrictions = [
            ShownRestriction(
                caseID: "case", merchantID: fakerID, source: "risk", reasonCode: "RISK_AMOUNT_SOAR", reason: "soared")
        ]
        results.decisions = [
            ShownDecision(decisionID: "a", merchantID: fakerID, action: "alert", rule: "other", caseID: ""),
            ShownDecision(decisionID: "b", merchantID: fakerID, action: "block", rule: "soar-1m", caseID: "case"),
        ]
        var callbacks = CallbackBook(refusalCount: 0)
        _ = callbacks.take(
            id: "b",
            body: Array(
                """
                {"type":"merchant.block","data":{"decision_id":"b","case_id":"case","merchant_id":"\(fakerID)",
                "sequence":1}}
                """.utf8))
        let gate = fakes.enumerated().map { second, payment in
            let asked = Int64(second) * 1_000
            return GateLog.Entry(
                payment: payment, askedAtMillis: asked, answeredAtMillis: asked + 10,
                answer: second < 10 ? .accepted : .refused(code: "MERCHANT_RESTRICTED"))
        }
        let paid = gate.filter { $0.answer == .accepted }.map {
            OrderBook.Order(payment: $0.payment, paidAtMillis: $0.askedAtMillis + 100)
        }
        return RiskAccount.Sources(
            schedule: schedule, results: results, callbacks: callbacks, gate: gate, paid: paid, away: 20_000..<22_000)
    }

    @Test("it tells who was blocked by which rule, how fast, and what got through")
    func tells() {
        let account = RiskAccount(Self.sources)
        #expect(account.faults == [])
        #expect(account.blocks.map(\.rule) == ["soar-1m"])
        #expect(account.blocks.map(\.isHonest) == [false])
        #expect(account.refusalMillis == 9_910)
        #expect(account.fakesPaid.count == 10)
        #expect(account.fakesPaid.amountFen == Self.fakes.prefix(10).reduce(0) { $0 + $1.amount })
        #expect(account.fakesRefused.count == Self.fakes.count - 10)
        #expect(account.refusedBeforeKill == 10)
        #expect(account.refusedAfterRestart == Self.fakes.count - 22)
        #expect(account.honestBlockedCount == 0)
        #expect(account.honestCount == 11)
        #expect(account.lines[1].hasPrefix("  \(Self.fakerID) (faker) blocked by soar-1m, RISK_AMOUNT_SOAR: soared"))
        #expect(account.lines[2] == "  first fake order to first refused payment: 9.9 s")
    }

    @Test("a payment asked behind the first refusal and accepted is a fault")
    func accepted() {
        let sources = Self.sources
        let last = GateLog.Entry(
            payment: Self.fakes[0], askedAtMillis: 30_000, answeredAtMillis: 30_001, answer: .accepted)
        let account = RiskAccount(
            RiskAccount.Sources(
                schedule: sources.schedule, results: sources.results, callbacks: sources.callbacks,
                gate: sources.gate + [last], paid: sources.paid, away: sources.away))
        #expect(account.faults == ["1 payments were accepted although the block stood"])
    }

    @Test("a run that is too short for a refusal needs only the block")
    func short() {
        var account = RiskAccount(Self.sources)
        account.refusalMillis = nil
        #expect(account.faults.count == 1)
        account.isRefusalExpected = false
        #expect(account.faults == [])
    }

    @Test(
        "one thing out of place is found",
        arguments: [
            { @Sendable (account: inout RiskAccount) in account.blocks = [] },
            { @Sendable (account: inout RiskAccount) in account.blocks.append(honestBlock) },
            { @Sendable (account: inout RiskAccount) in account.blocks[0].isCalledBack = false },
            { @Sendable (account: inout RiskAccount) in account.fakesPaid.count += 1 },
            { @Sendable (account: inout RiskAccount) in account.callbacks.outOfOrder = 1 },
            { @Sendable (account: inout RiskAccount) in account.callbacks.badSignatures = 1 },
            { @Sendable (account: inout RiskAccount) in account.callbacks.wrongContents = 1 },
        ])
    func faults(change: @Sendable (inout RiskAccount) -> Void) {
        var account = RiskAccount(Self.sources)
        change(&account)
        #expect(account.faults.count == 1)
    }

    private static let honestBlock = RiskAccount.Block(
        merchantID: "1630000012", role: .lunchRush, rule: "soar-1m", reasonCode: "RISK_AMOUNT_SOAR", reason: "",
        isCalledBack: true)

    @Test("the daemon's lists are read")
    func lists() throws {
        func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }
        let restriction = try json(
            """
            {"case_id":"c","state":"in_force","merchant_id":"m","reason_code":"RISK_AMOUNT_CAP","reason":"r",
            "source":"risk","effective":"2026-01-05T08:00:00Z","expires":null}
            """)
        #expect(
            ShownRestriction(restriction)
                == ShownRestriction(
                    caseID: "c", merchantID: "m", source: "risk", reasonCode: "RISK_AMOUNT_CAP", reason: "r"))
        #expect(ShownRestriction(try json("{\"case_id\":\"c\",\"state\":\"lifted\"}")) == nil)
        let alert = try json(
            "{\"decision_id\":\"d\",\"number\":1,\"merchant_id\":\"m\",\"action\":\"alert\",\"rule\":\"r\",\"case_id\":null}"
        )
        #expect(
            ShownDecision(alert)
                == ShownDecision(decisionID: "d", merchantID: "m", action: "alert", rule: "r", caseID: ""))
    }

    @Test("a log keeps the answers to its merchant only")
    func log() throws {
        let log = GateLog(merchantID: Self.fakerID)
        let other = try #require(Self.schedule.payments.first { $0.merchantID != Self.fakerID })
        for payment in [other, Self.fakes[0]] {
            log.take(GateLog.Entry(payment: payment, askedAtMillis: 1, answeredAtMillis: 2, answer: .noAnswer))
        }
        #expect(log.entries.map(\.payment) == [Self.fakes[0]])
    }

    @Test("a block is effective when its restriction stands and was called back; an alert has no effect to wait for")
    func effective() {
        var results = ConsumerResults()
        results.decisions = [
            ShownDecision(decisionID: "a", merchantID: "m", action: "alert", rule: "r", caseID: ""),
            ShownDecision(decisionID: "b", merchantID: "m", action: "block", rule: "r", caseID: "case"),
        ]
        #expect(!results.isEffective(["case"]))
        results.restrictions = [
            ShownRestriction(caseID: "case", merchantID: "m", source: "risk", reasonCode: "C", reason: "")
        ]
        #expect(!results.isEffective([]))
        #expect(results.isEffective(["case"]))
    }

    @Test("a daemon that did not come back was never away")
    func absence() {
        let absence = DaemonAbsence()
        #expect(absence.range == nil)
        absence.begin(atMillis: 5)
        #expect(absence.range == nil)
        absence.end(atMillis: 9)
        #expect(absence.range == 5..<9)
    }
}
