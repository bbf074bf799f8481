import AccessControl
import Deflate
import Engine
import MessageModel
import PaymentNotice
import QueueStore
import TestSupport
import Testing
import Tillwire
import TradeBill
import WeChatPayAPI

@testable import Reconciliation

@Suite("Reconciliation: bills that must not be used, and when bills are fetched")
struct BillTests {
    private typealias World = ReconcileWorld

    /// A file that must be refused, and what the reason says.
    private struct Case: Sendable {
        let bytes: [UInt8]
        let reason: String
        let sha1: String?

        init(_ bytes: [UInt8], _ reason: String, sha1: String? = nil) {
            self.bytes = bytes
            self.reason = reason
            self.sha1 = sha1
        }
    }

    @Test("hostile files are refused with a reason, and nothing is entered or stored")
    func hostile() async throws {
        try await World.run { world in
            let payments = (0..<100).map { World.payment($0) }
            for payment in payments { world.platform.setOrder(payment.transactionID, .success(.paid(payment))) }
            let good = try World.bill(payments.map { World.line($0) })
            let zipped = try Gzip.zipped(good)
            let other = try World.bill(
                payments.map { World.line(World.payment(1, on: "2025-10-07")).replacing("CVS-1", with: $0.outTradeNo) })
            let negative = try World.bill(payments.map { World.line($0) })
            let text = String(decoding: negative, as: UTF8.self).replacing(
                "`12.50,`0.00,`0,`0", with: "`-12.50,`0.00,`0,`0")
            let backTicks = try Gzip.zipped([UInt8](repeating: 0x60, count: 32 << 20))
            var emptyLines = Array((World.header + "\n").utf8)
            emptyLines += [UInt8](repeating: 0x0A, count: 64 << 20)
            let zippedLines = try Gzip.zipped(emptyLines)
            let refunds = World.header.replacing("代金券金额,微信", with: "代金券金额,退款申请时间,微信") + "\n总交易单数\n`0\n"
            var cases: [Case] = []
            cases.append(Case(good, "SHA-1", sha1: String(repeating: "0", count: 40)))
            cases.append(Case(Array(good[..<(good.count / 2)]), "cut off"))
            cases.append(Case(Array(zipped[..<(zipped.count / 2)]), "cut off"))
            cases.append(Case(zipped + [1, 2, 3, 4], "damaged"))
            cases.append(Case(backTicks, "line 1 is longer"))
            cases.append(Case(zippedLines, "summary"))
            cases.append(Case(Array(text.utf8), "line 2, column 应结订单金额"))
            cases.append(Case(Array("<html>\n".utf8), "line 1 is no header"))
            cases.append(Case([0], "line 1 is no header"))
            cases.append(Case(other, "no bill of 2025-10-08"))
            cases.append(Case(Array(refunds.utf8), "refunds only"))
            let all = cases
            let service = try await world.open()
            try await world.serving(service) {
                let before = try await world.everything()
                for one in all {
                    let (standing, report) = try await world.upload(service, one.bytes, sha1: one.sha1)
                    #expect(standing.state == .failed && report == nil)
                    #expect(standing.reason.contains(one.reason), "\(one.reason): \(standing.reason)")
                    #expect(try await world.everything() == before)
                }
                #expect(world.platform.asked.isEmpty)
                await #expect(throws: ReconciliationDeskError.invalid("the bill is empty")) {
                    try await world.upload(service, [])
                }
                // The right file is still taken, by the hash of its content or of the file.
                for sha1 in [World.sha1(good), World.sha1(zipped)] {
                    let (standing, report) = try await world.upload(service, zipped, sha1: sha1)
                    #expect(standing.state == .complete && report?.sha1 == World.sha1(good))
                }
            }
        }
    }

    @Test("a gzip bomb is refused after its first megabytes")
    func bomb() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/bomb"
        try SecretFile.create(path: path, try Gzip.zipped([UInt8](repeating: 0, count: 64 << 20)))
        let file = try BillFile(path: path)
        var count = 0
        #expect(throws: RunFailure.gzip(.ratio(max: Gzip.ratioMax))) {
            while let piece = try file.next() { count += piece.count }
        }
        #expect(count < 32 << 20)
    }

    @Test(
        "the bill of the day before is fetched at the hour, retried with growing pauses, and missed days are caught up")
    func schedule() async throws {
        try await World.run { world in
            let first = World.payment(50, on: "2025-10-01")
            try await world.receive([first])
            let receivedAtMillis = try #require(BeijingDay("2025-10-01")).startMillis
            try await world.change(first) { $0.receivedAtMillis = receivedAtMillis }
            world.platform.setBillError(.refused(status: 400, code: "STATEMENT_CREATING", message: ""))
            let days = ["2025-10-06", "2025-10-07", "2025-10-08"].compactMap { BeijingDay($0) }
            for day in days {
                let payment = World.payment(Int(day.number % 7), on: day.description)
                try world.setBill(World.bill([World.line(payment)]), on: day.description)
                world.platform.setOrder(payment.transactionID, .success(.paid(payment)))
            }
            let service = try await world.open(catchUpDays: 3)
            try await world.serving(service) {
                #expect(try await eventually { await service.figures().failedCount == 3 })
                // Within the first pause nothing is tried.
                world.store.time.advance(milliseconds: 299_000)
                #expect(try await service.list(countMax: 10).map(\.state) == [.failed, .failed, .failed])
                #expect(world.platform.downloads == 3)
                world.platform.setBillError(nil)
                world.store.time.advance(milliseconds: 2_000)
                #expect(try await eventually { await service.figures().completeCount == 3 })
                #expect(try await service.list(countMax: 10).map(\.day) == days.reversed())
                // The next day: not before its hour, 10:00 in Beijing; it is 16:58 now.
                let payment = World.payment(9, on: "2025-10-09")
                try world.setBill(World.bill([World.line(payment)]), on: "2025-10-09")
                world.store.time.advance(milliseconds: 16 * 3_600_000)
                #expect(await service.figures().dueCount == 0)
                world.store.time.advance(milliseconds: 2 * 3_600_000)
                let next = days[2].adding(days: 1)
                #expect(try await eventually { try await service.day(next)?.report != nil })
            }
        }
    }

    @Test("a store that begins compares no earlier day by itself, only where it is asked")
    func beginning() async throws {
        try await World.run { world in
            for time in 0..<2 {
                let service = try await world.open(catchUpDays: 3)
                #expect(await service.figures().dueCount == 0)
                // Its own orders change nothing about where it began.
                if time == 0 { try await world.receive([World.payment(1, on: "2025-10-09")]) }
            }
            let service = try await world.open(catchUpDays: 3)
            try await world.serving(service) {
                let (standing, _) = try await world.reconcile(service)
                #expect(standing.state == .incomplete)
            }
            // The day after the beginning is the first one that is compared by itself.
            world.store.time.advance(milliseconds: 2 * 86_400_000)
            #expect(await service.openDays.map(\.description) == ["2025-10-10"])
        }
    }

    @Test("a store with orders begins on the day on which the first of them was received, whenever it was paid")
    func beginningOfAStoreWithOrders() async throws {
        try await World.run { world in
            let payments = (0..<3).map { World.payment($0, on: "2025-10-01") }
            try await world.receive(payments)
            let receivedAtMillis = try #require(BeijingDay("2025-10-06")).startMillis
            try await world.change(payments[1]) { $0.receivedAtMillis = receivedAtMillis }
            let service = try await world.open(catchUpDays: 5)
            #expect(await service.openDays.map(\.description) == ["2025-10-07", "2025-10-08"])
        }
    }

    @Test("what is missing on an earlier day stays told, whatever newer days are like")
    func earlierDays() async throws {
        try await World.run { world in
            let missing = World.payment(1, on: "2025-10-07")
            let received = World.payment(2)
            try await world.receive([received])
            try world.setBill(World.bill([World.line(missing)]), on: "2025-10-07")
            try world.setBill(World.bill([World.line(received)]))
            let service = try await world.open()
            try await world.serving(service) {
                let earlier = World.day.adding(days: -1)
                let before = try await world.reconcile(service, earlier).standing
                let newest = try await world.reconcile(service).standing
                #expect(before.state == .incomplete && newest.isClean)
                let figures = await service.figures()
                #expect(figures.newest?.isClean == true && figures.classes[.missing].count == 1)
                #expect(figures.incompleteDayCount == 1)
                // Past catching up, and with it the days since, of which there is no report.
                world.store.time.advance(milliseconds: 20 * 86_400_000)
                let later = await service.figures()
                #expect(later.classes[.missing].count == 1 && later.incompleteDayCount == 20)
            }
        }
    }

    @Test("a day without bill is right where nothing was received for hours, and an error where something was")
    func noStatement() async throws {
        try await World.run { world in
            let service = try await world.open()
            try await world.serving(service) {
                for (hours, isSure) in [(0, false), (2, false), (1, false), (1, true), (0, true)] {
                    world.store.time.advance(milliseconds: UInt64(hours) * 3_600_000)
                    let (standing, report) = try await world.reconcile(service)
                    let state: ReconciliationStanding.State = isSure ? .complete : .incomplete
                    #expect(standing.state == state && standing.isClean == isSure)
                    #expect(report?.layout == nil && report?.isClean == isSure)
                    #expect(report?.openClasses.isEmpty == true)
                    let incompleteDayCount = await service.figures().incompleteDayCount
                    #expect(incompleteDayCount == (isSure ? 0 : 1))
                }
                try await world.receive([World.payment(1)])
                let later = try await world.reconcile(service)
                #expect(later.standing.state == .failed && later.standing.reason.contains("1 orders"))
            }
        }
    }

    @Test("days that are not over, or long ago, are refused; one run at a time")
    func refusals() async throws {
        try await World.run { world in
            let service = try await world.open()
            for text in ["2025-10-09", "2025-10-10", "2025-06-01"] {
                let day = try #require(BeijingDay(text))
                await #expect(throws: ReconciliationDeskError.self) { try await service.start(day) }
                await #expect(throws: ReconciliationDeskError.self) { try await service.upload(day) }
            }
            // Nothing runs the service here: the first one waits.
            _ = try await service.start(World.day)
            await #expect(throws: ReconciliationDeskError.self) { try await service.start(World.day.adding(days: -1)) }
            #expect(try await service.list(countMax: 5).map(\.state) == [.running])
        }
    }

    @Test("an abandoned upload leaves nothing behind; at most two at once")
    func uploads() async throws {
        try await World.run { world in
            let service = try await world.open()
            let first = try await service.upload(World.day)
            let second = try await service.upload(World.day)
            await #expect(throws: ReconciliationDeskError.self) { try await service.upload(World.day) }
            try await first.append([1, 2, 3])
            await first.abandon()
            await first.abandon()
            let third = try await service.upload(World.day)
            await #expect(throws: ReconciliationDeskError.self) { try await first.append([1]) }
            await second.abandon()
            await third.abandon()
            #expect(BillFolder(path: world.folder.path + "/bills").held(World.day) == nil)
        }
    }

    @Test("a report far above one row is stored and read whole; reports go after 100 days")
    func largeReport() async throws {
        try await World.run { world in
            let payments = (0..<6_000).map { World.payment($0) }
            try world.setBill(World.bill(payments.map { World.line($0) }))
            let service = try await world.open(queryCountMax: 0)
            try await world.serving(service) {
                let report = try #require(try await world.reconcile(service).report)
                #expect(report.findings.count == 6_000)
                // Another report replaces it, part by part.
                try world.setBill(World.bill(payments[..<3_000].map { World.line($0) }))
                #expect(try await world.reconcile(service).report?.findings.count == 3_000)
                world.platform.setBillError(.rateLimited)
                world.store.time.advance(milliseconds: 101 * 86_400_000)
                #expect(try await eventually { await service.figures().dayCount == 0 })
                #expect(try await world.broker.rows(.init(space: .state(.init(rawValue: 8)))).count == 1)
            }
        }
    }
}
