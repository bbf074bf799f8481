import BoundedJSON
import Engine
import MessageModel
import PaymentEntry
import PaymentNotice
import TestSupport
import Testing
import Tillwire
import WeChatPayAPI

@testable import OrderRecovery

@Suite("Recovery of orders")
struct OrderRecoveryTests {
    @Test("an order whose notice is lost is asked for after a minute, enters once with its source, and is forgotten")
    func lostNotice() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1")))
            let start = running.nowMillis
            #expect(try await running.written(1))
            #expect(world.platform.asked == [])
            running.time.advance(toAtLeast: Timestamp(milliseconds: UInt64(start) + 59_999))
            running.time.advance(milliseconds: 1)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(
                world.platform.asked == [
                    .init(key: .order(merchantID: RecoveryWorld.merchant, outTradeNo: "T1"), millis: start + 60_000)
                ])
            let messages = try await running.bodies()
            #expect(messages.count == 1)
            #expect(messages.first?["data"]?["source"]?.string == "query")
            #expect(messages.first?["data"]?["transaction_id"]?.string == "4200T1")
            #expect(try await running.entry.order(transactionID: "4200T1")?.source == .query)
            #expect(try await running.written(0))
            #expect(running.book.figures.openCount == 0)
            let report = await running.recovery.report()
            #expect(report.found.map(\.key.number) == ["T1"])
            #expect(report.found.first?.announcedAtMillis == start)
            #expect(report.answers.map(\.name) == ["paid"] && report.nextDueMillis == nil)
            try await running.pass(seconds: 86_400)
            #expect(world.platform.asked.count == 1)
        }
    }

    @Test("an order that is not paid yet is asked for again, and enters when it is")
    func paidLater() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            world.platform.set("T1", .open(tradeState: "NOTPAY"))
            #expect(try await running.written(1))
            for (seconds, count) in [(60, 1), (60, 2), (120, 3)] as [(UInt64, Int)] {
                try await running.pass(seconds: seconds)
                #expect(try await eventually { await running.recovery.report().answers.first?.count == UInt64(count) })
            }
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1")))
            try await running.pass(seconds: 240)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(try await running.bodies().count == 1)
        }
    }

    @Test("orders that were never paid, were closed, or do not exist end with their reason and leave no row")
    func endings() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("open", expiresInMillis: 10_000)
            running.announce("closed")
            running.announce("unknown", expiresInMillis: 10_000)
            world.platform.set("open", .open(tradeState: "NOTPAY"))
            world.platform.set("closed", .ended(tradeState: "CLOSED"))
            #expect(try await running.written(3))
            // The shortest life is a quarter of an hour, whatever end is told.
            for _ in 0..<20 {
                try await running.pass(seconds: 60)
            }
            #expect(
                try await eventually(moving: running.time) {
                    await running.recovery.report().dropped.map(\.name) == ["ended", "no_result", "not_found"]
                })
            #expect(running.book.figures.openCount == 0)
            #expect(try await running.written(0))
            let questions = world.platform.asked.map(\.key.number)
            #expect(questions.filter { $0 == "open" }.count == 5)
            #expect(questions.filter { $0 == "closed" }.count == 1)
            #expect(questions.filter { $0 == "unknown" }.count == 5)
        }
    }

    @Test("a payment that is not what was announced enters all the same, and is told of")
    func mismatch() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1", amount: 1_250)
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1", amount: 9_900)))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(await running.recovery.report().mismatches == 1)
            #expect(try await running.entry.order(transactionID: "4200T1")?.amount == 9_900)
        }
    }

    @Test("a payment that is refunded since enters, and is counted apart")
    func refundedSince() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            var payment = RecoveryWorld.payment("T1")
            payment.tradeState = "REFUND"
            world.platform.set("T1", .paid(payment))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(await running.recovery.report().refundedOrders == 1)
            #expect(try await running.bodies().count == 1)
        }
    }

    @Test("a payment of which more was paid than ordered does not enter, and is asked for again")
    func overpaid() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            var payment = RecoveryWorld.payment("T1")
            payment.payerAmount = payment.amount + 1
            world.platform.set("T1", .paid(payment))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(
                try await eventually { await running.recovery.report().answers.map(\.name) == ["malformed_answer"] })
            #expect(running.book.figures.openCount == 1)
            #expect(try await running.bodies().isEmpty)
        }
    }

    @Test("a payment older than its key in the store may be does not enter; an operator is told why")
    func tooOld() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            var payment = RecoveryWorld.payment("T1")
            payment.paidAtMillis = running.nowMillis - OrderRecoveryLimits.paidAgeMillisMax - 1_000
            world.platform.set("T1", .paid(payment))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().answers.map(\.name) == ["paid"] })
            #expect(running.book.figures.openCount == 1)
            running.time.advance(milliseconds: 1_000)
            let error = await #expect(throws: RecoveryDeskError.self) {
                try await running.recovery.ask(merchantID: RecoveryWorld.merchant, outTradeNo: "T1")
            }
            #expect(error?.description.contains("95 days") == true)
            #expect(try await running.bodies().isEmpty)
            #expect(await running.recovery.report().foundOrders == 0)
        }
    }

    @Test(
        "while the platform fails nothing is lost and little is asked",
        arguments: [
            PlatformCallError.unreachable("connect"), .rateLimited, .platformFault(status: 500, code: "SYSTEM_ERROR"),
            .untrustedAnswer(.signatureMismatch), .refused(status: 401, code: "SIGN_ERROR", message: ""),
            .notStarted("no key"),
        ])
    func outage(failure: PlatformCallError) async throws {
        let world = RecoveryWorld { $0.queriesPerSecond = 1_000 }
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let count = 30
            for number in 0..<count {
                running.announce("T\(number)")
                world.platform.set("T\(number)", .paid(RecoveryWorld.payment("T\(number)")))
            }
            #expect(try await running.written(count))
            world.platform.fail(failure)
            // Three hours: longer than the orders live.
            for _ in 0..<180 {
                try await running.pass(seconds: 60)
            }
            #expect(running.book.figures.openCount == count)
            #expect(world.platform.asked.count < 120)
            #expect(await running.recovery.report().pausedUntilMillis != nil)
            world.platform.fail(nil)
            for _ in 0..<20 {
                try await running.pass(seconds: 60)
            }
            #expect(
                try await eventually(moving: running.time) {
                    await running.recovery.report().foundOrders == UInt64(count)
                })
            #expect(try await running.bodies().count == count)
            #expect(await running.recovery.report().dropped.isEmpty)
        }
    }

    @Test("never more is asked at once than allowed")
    func places() async throws {
        let world = RecoveryWorld {
            $0.queriesPerSecond = 1_000
            $0.queriesInFlightMax = 3
        }
        try await world.run { (running: RecoveryWorld.Running) async throws in
            for number in 0..<20 { running.announce("T\(number)") }
            #expect(try await running.written(20))
            world.platform.hold()
            running.time.advance(milliseconds: 60_000)
            #expect(try await eventually { world.platform.asked.count == 3 })
            for _ in 0..<50 { running.time.advance(milliseconds: 10) }
            #expect(await running.recovery.report().inFlightCount == 3)
            world.platform.release()
            #expect(try await eventually(moving: running.time) { world.platform.asked.count >= 20 })
            #expect(world.platform.underWayMost == 3)
        }
    }

    @Test("a restart goes on where it was: what was open is asked for, what was settled is not")
    func restart() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            for number in ["T1", "T2", "T3"] { running.announce(number) }
            world.platform.set("T1", .open(tradeState: "NOTPAY"))
            world.platform.set("T2", .open(tradeState: "NOTPAY"))
            world.platform.set("T3", .open(tradeState: "NOTPAY"))
            #expect(try await running.written(3))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().answers.first?.count == 3 })
            running.book.settle([.order(merchantID: RecoveryWorld.merchant, outTradeNo: "T2")])
            #expect(try await running.written(2))
        }
        let before = world.platform.asked.count
        world.platform.set("T1", .paid(RecoveryWorld.payment("T1")))
        try await world.run { (running: RecoveryWorld.Running) async throws in
            #expect(running.book.figures.openCount == 2)
            #expect(world.platform.asked.count == before)
            // A minute after the first question, not after the start.
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(try await eventually { world.platform.asked.count == before + 2 })
            // A new announcement meets no number of before.
            running.announce("T4")
            #expect(try await running.written(2))
        }
    }

    @Test("a graceful stop writes what was announced in its last moment")
    func lastMoment() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            #expect(try await running.rowCount() == 0)
        }
        try await world.run { (running: RecoveryWorld.Running) async throws in
            #expect(running.book.figures.openCount == 1)
        }
    }

    @Test("killed at any step, every announcement that was written is found once, before or after")
    func kill() async throws {
        let world = RecoveryWorld { $0.queriesPerSecond = 1_000 }
        /// Opens a copy as a kill left it, and lets it run to the end: each order is there exactly once.
        @Sendable func judge(_ expected: Int) async throws {
            try await world.runCopy { (running: RecoveryWorld.Running) async throws in
                for _ in 0..<12 {
                    try await running.pass(seconds: 30)
                }
                #expect(
                    try await eventually(moving: running.time) { running.book.figures.openCount == 0 })
                var transactions: [String] = []
                for body in try await running.bodies() {
                    transactions.append(body["data"]?["transaction_id"]?.string ?? "")
                }
                #expect(Set(transactions).count == expected)
                #expect(transactions.count == expected)
            }
        }
        try await world.run { (running: RecoveryWorld.Running) async throws in
            for number in 0..<6 {
                running.announce("T\(number)")
                world.platform.set("T\(number)", .paid(RecoveryWorld.payment("T\(number)")))
            }
            #expect(try await running.written(6))
            try await judge(6)
            // Two become known in time, the rows are not gone yet.
            _ = await running.entry.enter([RecoveryWorld.payment("T0")], source: .notice)
            _ = await running.entry.enter([RecoveryWorld.payment("T1")], source: .notice)
            try await judge(6)
            #expect(try await running.written(4))
            try await judge(6)
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundOrders == 4 })
            // Found and stored, the rows perhaps still there.
            try await judge(6)
            #expect(try await running.written(0))
            try await judge(6)
        }
    }

    @Test("a crash forgets no more than what was in memory only")
    func forgetsOnlyTheWindow() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            #expect(try await running.written(1))
            running.announce("T2")
            try await world.runCopy { (copy: RecoveryWorld.Running) async throws in
                #expect(copy.book.figures.openCount == 1)
                #expect(copy.book.number(of: .order(merchantID: RecoveryWorld.merchant, outTradeNo: "T1")) != nil)
            }
        }
    }

    @Test("what the store does not take is tried again", arguments: [CommitFaults.Side.before, .after])
    func storeFault(side: CommitFaults.Side) async throws {
        let faults = CommitFaults()
        let world = RecoveryWorld(faults: faults)
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1")
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1")))
            faults.arm(side)
            running.time.advance(milliseconds: 250)
            #expect(try await running.comes { (try? await running.rowCount()) == 1 })
            faults.arm(side)
            running.time.advance(milliseconds: 60_000)
            #expect(
                try await running.comes {
                    let report = await running.recovery.report()
                    return report.foundOrders + report.duplicates == 1
                })
            #expect(try await running.bodies().count == 1)
        }
    }

    @Test("a full book forgets none of the older ones and says how many it did not take")
    func overflow() async throws {
        let world = RecoveryWorld(openCountMax: 4)
        try await world.run { (running: RecoveryWorld.Running) async throws in
            for number in 0..<4 { #expect(running.announce("T\(number)") == .added) }
            #expect(running.announce("T9") == .full)
            #expect(try await running.written(4))
            let report = await running.recovery.report()
            #expect(report.announcements.openCount == 4 && report.announcements.overflowed == 1)
        }
    }

    @Test("an order that is announced again with another amount has one row, with the later amount")
    func replaced() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            running.announce("T1", amount: 100)
            #expect(try await running.written(1))
            running.announce("T1", amount: 200)
            running.time.advance(milliseconds: 250)
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1", amount: 200)))
            try await running.pass(seconds: 60)
            #expect(try await eventually(moving: running.time) { await running.recovery.report().foundOrders == 1 })
            #expect(await running.recovery.report().mismatches == 0)
            #expect(world.platform.asked.count == 1)
            #expect(try await running.written(0))
        }
    }
}
