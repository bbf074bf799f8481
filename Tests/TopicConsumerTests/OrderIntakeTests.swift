import Engine
import MessageModel
import PaymentNotice
import Testing
import TopicConsumer

@Suite("What consumers take into account")
struct OrderIntakeTests {
    private let intake = OrderIntake(merchants: SixteenMerchants())

    private func verdict(_ body: Bytes, storedAt: Int64 = Samples.paidAt) -> SetAsideReason? {
        switch intake.judge(Samples.delivery(body, storedAt: storedAt)) {
        case .order: nil
        case .setAside(let order): order.reason
        }
    }

    @Test("an order is taken with what it says")
    func taken() {
        guard case .order(let order) = intake.judge(Samples.delivery(Samples.order("t1"))) else {
            Issue.record("set aside")
            return
        }
        #expect(order.message.transactionID == "t1" && order.message.amount == 1_250)
        #expect(order.paidAtMillis == Samples.paidAt)
    }

    @Test(
        "impossible amounts, currencies and times, foreign merchants and what is no order are set aside with their reason"
    )
    func setAside() {
        #expect(verdict("nothing") == .malformed)
        #expect(verdict(#"{"type":"platform.notice"}"#) == .malformed)
        #expect(verdict(Samples.order("t", amount: "-1")) == .malformed)
        #expect(verdict(Samples.order("t", amount: "0")) == .amount)
        #expect(verdict(Samples.order("t", amount: "1")) == nil)
        #expect(verdict(Samples.order("t", amount: "1000000000")) == nil)
        #expect(verdict(Samples.order("t", amount: "1000000001")) == .amount)
        #expect(verdict(Samples.order("t", currency: "USD")) == .currency)
        #expect(verdict(Samples.order("t", currency: "")) == .currency)
        #expect(verdict(Samples.order("t", timestamp: "2012-12-31T23:59:59.999Z")) == .time)
        #expect(verdict(Samples.order("t", timestamp: "2013-01-01T00:00:00.000Z")) == nil)
        #expect(verdict(Samples.order("t", merchant: "1700000001")) == .unknownMerchant)
    }

    @Test("a clock that runs ahead cannot move the event time beyond the moment of storing; far ahead it is set aside")
    func clockAhead() {
        let most = Samples.paidAt - ConsumerLimits.clockAheadMillisMax
        guard case .order(let order) = intake.judge(Samples.delivery(Samples.order("t"), storedAt: most)) else {
            Issue.record("set aside")
            return
        }
        #expect(order.paidAtMillis == most)
        #expect(verdict(Samples.order("t"), storedAt: most - 1) == .clockAhead)
    }

    @Test("the ledger counts by reason and remembers the latest, over its rows too")
    func ledger() {
        let space = RowSpace.state(ConsumerID(rawValue: 9))
        var ledger = SetAsideLedger(space: space, prefix: 6)
        var rows: [Bytes: Bytes] = [:]
        for number in 0..<(ConsumerLimits.setAsideRowCountMax + 10) {
            let reason = SetAsideReason.allCases[number % SetAsideReason.allCases.count]
            ledger.add(
                SetAsideOrder(
                    reason: reason, merchantID: String(repeating: "长", count: 40), transactionID: "t\(number)",
                    amountFen: Int64(number), eventMillis: -5))
            for row in ledger.takeChanges() { rows[row.key] = row.value }
        }
        #expect(ledger.changeCount == 0)
        #expect(rows.count == ConsumerLimits.setAsideRowCountMax + 1)
        var again = SetAsideLedger(space: space, prefix: 6)
        for (key, value) in rows {
            let isTaken = again.restore(Row(key: key, value: value))
            #expect(isTaken)
        }
        #expect(again.total == ledger.total && again.count(.currency) == ledger.count(.currency))
        #expect(again.entries(countMax: 1_000) == ledger.entries(countMax: 1_000))
        let latest = again.entries(countMax: 2)
        #expect(latest.map(\.order.transactionID) == ["t521", "t520"])
        #expect(latest[0].order.merchantID == String(repeating: "长", count: 21))
        for row in [Row(key: Bytes([6, 0]), value: Bytes([2])), Row(key: Bytes([6, 1, 0, 0]), value: "{}")] {
            let isTaken = again.restore(row)
            #expect(!isTaken)
        }
    }
}
