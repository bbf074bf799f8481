import Engine
import MessageModel
import PaymentEntry
import PaymentNotice
import QueueStore
import TestSupport
import Testing
import Tillwire
import TradeBill
import WeChatPayAPI

@testable import Reconciliation

@Suite("Reconciliation: comparing")
struct ComparisonTests {
    private typealias World = ReconcileWorld

    private func ids(_ report: ReconciliationReport, _ kind: ReconciliationClass) -> [String] {
        report.findings.filter { $0.kind == kind }.map(\.outTradeNo)
    }

    @Test("a day without differences is clean; the bill's hash is checked")
    func clean() async throws {
        try await World.run { world in
            let payments = (0..<500).map { World.payment($0) }
            try await world.receive(payments)
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open()
            try await world.serving(service) {
                let (standing, report) = try await world.reconcile(service)
                #expect(standing.state == .complete && standing.isClean)
                let found = try #require(report)
                #expect(found.isClean && found.findings.isEmpty && found.hashCheck == .platform)
                #expect(found.payments == Tally(count: 500, amount: 625_000) && found.received == found.payments)
                #expect(found.classes[.matched] == found.payments)
                #expect(found.merchants.map(\.merchantID) == ["1630005670", "1630005671", "1630005672"])
                #expect(found.merchants[0].classes[.matched].count == 167)
            }
        }
    }

    @Test("four planted differences of every kind are found and only they; running again changes nothing")
    func planted() async throws {
        try await World.run { world in
            let payments = (0..<400).map { World.payment($0, amount: 1_000 + Int64($0)) }
            let missing = Array(payments[10..<14])
            let unpaid = Array(payments[20..<24])
            let waiting = Array(payments[30..<34])
            let differing = Array(payments[40..<44])
            let unknown = (500..<504).map { World.payment($0) }
            try await world.receive(
                Array(payments[..<10]) + payments[14..<20] + payments[24..<30] + payments[34...] + unknown)
            try await world.receive(waiting, acknowledged: false)
            var lines = payments.map { payment in
                World.line(payment, amount: differing.contains(payment) ? payment.amount + 1 : nil)
            }
            lines += payments[50..<54].map { World.line($0) }
            lines += [World.refundLine(payments[60], fen: 30), World.line(payments[61], state: "REVOKED")]
            lines += payments[70..<74].map { World.line($0, state: "STRANGE") }
            try world.setBill(World.bill(lines, count: 1))
            for payment in missing { world.platform.setOrder(payment.transactionID, .success(.paid(payment))) }
            world.platform.setOrder(unpaid[0].transactionID, .success(.open(tradeState: "NOTPAY")))
            world.platform.setOrder(
                unpaid[1].transactionID, .failure(.platformFault(status: 500, code: "SYSTEM_ERROR")))
            world.platform.setOrder(unpaid[2].transactionID, .success(.paid(payments[0])))
            let service = try await world.open()
            try await world.serving(service) {
                let (standing, first) = try await world.reconcile(service)
                #expect(standing.state == .incomplete)
                let report = try #require(first)
                #expect(ids(report, .missingInjected) == missing.map(\.outTradeNo))
                #expect(ids(report, .missing) == unpaid.map(\.outTradeNo))
                #expect(ids(report, .notAcknowledged) == waiting.map(\.outTradeNo))
                #expect(ids(report, .differs) == differing.map(\.outTradeNo))
                #expect(Set(ids(report, .unknown)) == Set(unknown.map(\.outTradeNo)))
                #expect(ids(report, .duplicateLine) == payments[50..<54].map(\.outTradeNo))
                #expect(ids(report, .otherState) == payments[70..<74].map(\.outTradeNo))
                #expect(report.findings.count == 28)
                #expect(report.classes[.matched].count == 384)
                #expect(report.payments.count == 404)
                #expect(report.refunds.count == 2)
                #expect(report.refundStates.map(\.state) == ["REFUND PROCESSING", "REVOKED"])
                #expect(report.summaryMismatches == [.init(column: "总交易单数", stated: 1, found: 410)])
                let entered = try await world.entry.order(transactionID: missing[0].transactionID)
                #expect(entered?.source == .reconcile && entered?.amount == missing[0].amount)

                let before = try await world.everything()
                let (_, second) = try await world.reconcile(service)
                #expect(second?.encode() == report.encode())
                #expect(try await world.everything() == before)
            }
            // And so after a restart, from the store.
            let again = try await world.open()
            let stored = try #require(try await again.day(World.day))
            #expect(stored.standing.state == .incomplete && stored.report?.findings.count == 28)
        }
    }

    @Test("payments that were paid that day but told later, and refunded later, are matched")
    func toldLater() async throws {
        try await World.run { world in
            let payments = (86_390..<86_400).map { World.payment($0) }
            world.store.time.advance(milliseconds: 40_000_000)
            try await world.receive(payments)
            let nextDay = World.payment(0, on: "2025-10-09")
            try await world.receive([nextDay])
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open()
            try await world.serving(service) {
                let (_, report) = try await world.reconcile(service)
                #expect(report?.isClean == true && report?.received.count == 10)
            }
        }
    }

    @Test("an order whose payment line has another state is told once, by what the bill says of it")
    func otherStates() async throws {
        try await World.run { world in
            let payments = (0..<4).map { World.payment($0) }
            try await world.receive(payments)
            let lines = zip(payments, ["SUCCESS", "REFUND", "REVOKED", "STRANGE"]).map { World.line($0, state: $1) }
            try world.setBill(World.bill(lines))
            let service = try await world.open()
            try await world.serving(service) {
                let report = try #require(try await world.reconcile(service).report)
                #expect(report.findings.map(\.kind) == [.unknown, .otherState])
                #expect(report.findings.map(\.outTradeNo) == ["CVS-1", "CVS-3"])
                #expect(report.findings[0].remark == "the bill has a refund of it, but no payment")
                #expect(report.refundStates.map(\.state) == ["REFUND", "REVOKED"])
            }
        }
    }

    @Test("an order that differs keeps its first amount; merchant and order number are compared too")
    func differing() async throws {
        try await World.run { world in
            let payments = (0..<4).map { World.payment($0) }
            try await world.receive(payments)
            try await world.change(payments[1]) { $0.merchantID = "1639999999" }
            try await world.change(payments[2]) { $0.outTradeNo = "OTHER" }
            try await world.change(payments[3]) { $0.payerAmount = 1 }
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open()
            try await world.serving(service) {
                let report = try #require(try await world.reconcile(service).report)
                #expect(report.findings.map(\.kind) == [.differs, .differs, .differs])
                #expect(
                    report.findings.map(\.remark) == [
                        "merchant: received 1639999999", "order number: received OTHER", "paid amount",
                    ])
                #expect(try await world.entry.order(transactionID: payments[3].transactionID)?.payerAmount == 1)
            }
        }
    }

    @Test("a payment that was entered and got stuck since is open; one that arrived is not")
    func stuck() async throws {
        try await World.run { world in
            let payments = (0..<4).map { World.payment($0) }
            for payment in payments { world.platform.setOrder(payment.transactionID, .success(.paid(payment))) }
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open()
            try await world.serving(service) {
                let (standing, report) = try await world.reconcile(service)
                #expect(standing.isClean && report?.classes[.missingInjected].count == 4)
                try await world.change(payments[0]) { $0.state = .dead }
                try await world.change(payments[1]) { $0.state = .held }
                try await world.change(payments[2]) { $0.state = .acknowledged }
                let (later, second) = try await world.reconcile(service)
                let found = try #require(second)
                #expect(later.state == .complete && !later.isClean)
                #expect(ids(found, .notAcknowledged) == ["CVS-0", "CVS-1"])
                #expect(ids(found, .missingInjected) == ["CVS-2", "CVS-3"])
                #expect(
                    found.findings.map(\.remark) == [
                        "entered by a reconciliation, dead", "entered by a reconciliation, held",
                        "entered by a reconciliation", "entered by a reconciliation",
                    ])
            }
        }
    }

    @Test("one merchant's text spoils its own line at most: it is counted with its number")
    func texts() async throws {
        try await World.run { world in
            let payments = (0..<3).map { World.payment($0) }
            try await world.receive(payments)
            try world.setBill(
                World.bill([
                    World.line(payments[0]), World.line(payments[1]).replacing("茶", with: "茶,`大"),
                    World.line(payments[2]).replacing("茶", with: "茶\n大"),
                ]))
            let service = try await world.open()
            try await world.serving(service) {
                let report = try #require(try await world.reconcile(service).report)
                #expect(report.classes[.matched].count == 2 && report.classes[.unreadable].count == 2)
                #expect(report.findings.map(\.kind) == [.unknown, .unreadable, .unreadable])
                #expect(report.findings[0].remark == "its line may be among the unreadable ones")
                #expect(report.findings[1...].map(\.line) == [4, 5])
                #expect(!report.isClean)
            }
        }
    }

    @Test("without an API missing payments stay open; the next run with one asks, within its budget, and goes on")
    func goesOn() async throws {
        try await World.run { world in
            let payments = (0..<300).map { World.payment($0) }
            for payment in payments { world.platform.setOrder(payment.transactionID, .success(.paid(payment))) }
            let bill = try World.bill(payments.map { World.line($0) })
            let alone = try await world.open(withAPI: false)
            try await world.serving(alone) {
                await #expect(throws: ReconciliationDeskError.noBill) { try await alone.start(World.day) }
                let (standing, report) = try await world.upload(alone, bill, sha1: World.sha1(bill))
                #expect(standing.state == .incomplete && report?.classes[.missing].count == 300)
                #expect(report?.hashCheck == .given)
                #expect(report?.findings.first?.remark.contains("no WeChat Pay API") == true)
                // The bill is held: it can be compared again without another upload.
                #expect(try await world.reconcile(alone).report?.encode() == report?.encode())
            }
            try world.setBill(bill)
            let service = try await world.open(queryCountMax: 120)
            try await world.serving(service) {
                for (injected, state) in [(120, "incomplete"), (240, "incomplete"), (300, "complete")] {
                    let (standing, report) = try await world.reconcile(service)
                    #expect(standing.state.rawValue == state)
                    #expect(report?.classes[.missingInjected].count == Int64(injected))
                    #expect(report?.classes[.missing].count == Int64(300 - injected))
                }
            }
            #expect(Set(world.platform.asked).count == 300 && world.platform.asked.count == 300)
            #expect(
                try await world.broker.queue(EntityName(RoadNames.merchantOrdersQueue)).figures().enqueuedTotal == 300)
        }
    }

    @Test("a run that is broken off goes on where it was, and comes to the report of an undisturbed one")
    func brokenOff() async throws {
        let payments = (0..<900).map { World.payment($0) }
        @Sendable func prepare(_ world: World) async throws {
            try await world.receive(Array(payments[..<100]))
            for payment in payments[100..<890] {
                world.platform.setOrder(payment.transactionID, .success(.paid(payment)))
            }
            try world.setBill(World.bill(payments.map { World.line($0) }))
        }
        let undisturbed = Box<[UInt8]>([])
        try await World.run { world in
            try await prepare(world)
            let service = try await world.open()
            try await world.serving(service) {
                undisturbed.value = try await world.reconcile(service).report?.encode() ?? []
            }
        }
        try await World.run { world in
            try await prepare(world)
            let first = try await world.open()
            let running = Task { try await first.run() }
            world.platform.afterQuestions(400) { running.cancel() }
            _ = try await first.start(World.day)
            _ = await running.result
            #expect(world.platform.asked.count >= 400 && world.platform.asked.count < 790)
            #expect(try await first.day(World.day)?.report == nil)
            let second = try await world.open()
            try await world.serving(second) {
                let report = try await world.reconcile(second).report
                #expect(report?.encode() == undisturbed.value)
            }
            #expect(
                try await world.broker.queue(EntityName(RoadNames.merchantOrdersQueue)).figures().enqueuedTotal == 890)
        }
    }

    @Test("a rate limit ends the questions of a run; a row that is damaged is told")
    func limits() async throws {
        try await World.run { world in
            let payments = (0..<50).map { World.payment($0) }
            for payment in payments { world.platform.setOrder(payment.transactionID, .failure(.rateLimited)) }
            try await world.receive([payments[0]])
            try await world.broker.commit(
                .init(rows: [.init(space: .orders, key: Bytes(payments[0].transactionID), value: Bytes([9, 9]))]))
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open()
            try await world.serving(service) {
                let report = try #require(try await world.reconcile(service).report)
                #expect(report.classes[.unreadable].count == 1 && report.classes[.missing].count == 49)
                #expect(world.platform.asked.count <= 4)
            }
        }
    }
}

/// A value that a closure sets.
final class Box<Value: Sendable>: @unchecked Sendable {
    /// Set and read one after the other, never at once.
    var value: Value
    init(_ value: Value) { self.value = value }
}
