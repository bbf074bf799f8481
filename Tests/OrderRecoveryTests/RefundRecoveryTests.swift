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

@Suite("Recovery of refunds")
struct RefundRecoveryTests {
    private static func announce(_ running: RecoveryWorld.Running, merchant: String = RecoveryWorld.merchant) {
        running.book.announce(
            .refund(merchantID: merchant, outRefundNo: "R1"), amountFen: 300, orderNumber: "T1",
            nowMillis: running.nowMillis)
    }

    @Test(
        "a refund's result is found and stands in platform-notices as the notice would have it",
        arguments: ["SUCCESS", "CLOSED", "ABNORMAL"])
    func found(status: String) async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            Self.announce(running)
            world.platform.set(refund: RecoveryWorld.refund("R1", status: "PROCESSING"))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().answers.first?.count == 1 })
            #expect(try await running.bodies(in: RoadNames.platformNoticesTopic).isEmpty)
            world.platform.set(refund: RecoveryWorld.refund("R1", status: status))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundRefunds == 1 })
            let message = try #require(try await running.bodies(in: RoadNames.platformNoticesTopic).first)
            #expect(message["event_type"]?.string == "REFUND." + status)
            #expect(message["source"]?.string == "query")
            let resource = try #require(message["resource"])
            #expect(resource["sp_mchid"]?.string == "1620001234")
            #expect(resource["sub_mchid"]?.string == RecoveryWorld.merchant)
            #expect(resource["refund_status"]?.string == status)
            #expect(resource["out_refund_no"]?.string == "R1")
            #expect(resource["amount"]?["refund"]?.int64 == 300)
            #expect((resource["success_time"] != nil) == (status == "SUCCESS"))
            #expect(try await running.written(0))
            // The notice that comes after all is a repeat.
            let envelope = NoticeEnvelope(
                id: "0b6c1f52", createTime: "2025-10-09T18:00:00+08:00", eventType: "REFUND." + status, summary: "s",
                originalType: "refund")
            let told = try running.entry.transaction(
                envelope, plaintext: Array(resource.rawBytes), receivedAt: running.time.now)
            #expect(await running.entry.commit([told]) == [.duplicate])
        }
    }

    @Test("a refund of our own merchant number is told in the direct form")
    func direct() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            Self.announce(running, merchant: "1640009012")
            world.platform.set(refund: RecoveryWorld.refund("R1", status: "SUCCESS"))
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundRefunds == 1 })
            let message = try #require(try await running.bodies(in: RoadNames.platformNoticesTopic).first)
            #expect(message["resource"]?["mchid"]?.string == "1640009012")
            #expect(message["resource"]?["sp_mchid"] == nil)
            #expect(await running.recovery.report().mismatches == 0)
        }
    }

    @Test(
        "a refund of another amount or order than announced does not enter, and is asked for again",
        arguments: [true, false])
    func another(isOfAnotherAmount: Bool) async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            Self.announce(running)
            var refund = RecoveryWorld.refund("R1", status: "SUCCESS", refund: isOfAnotherAmount ? 299 : 300)
            if !isOfAnotherAmount { (refund.outTradeNo, refund.transactionID) = ("T2", "4200T2") }
            world.platform.set(refund: refund)
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().mismatches == 1 })
            #expect(running.book.figures.openCount == 1)
            #expect(try await running.bodies(in: RoadNames.platformNoticesTopic).isEmpty)
            world.platform.set(refund: RecoveryWorld.refund("R1", status: "SUCCESS"))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundRefunds == 1 })
        }
    }
}

@Suite("Asking for an order now")
struct AskNowTests {
    @Test("a paid order enters before the answer, announced or not; the next one is told that it is there")
    func paid() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            world.platform.set("T1", .paid(RecoveryWorld.payment("T1")))
            let first = try await running.recovery.ask(merchantID: RecoveryWorld.merchant, outTradeNo: "T1")
            #expect(
                first
                    == RecoveryAnswer(
                        answer: "paid", tradeState: "SUCCESS", wasAnnounced: false, transactionID: "4200T1",
                        amountFen: 1_250, fate: .stored))
            running.announce("T1")
            #expect(try await running.written(1))
            let second = try await running.recovery.ask(merchantID: RecoveryWorld.merchant, outTradeNo: "T1")
            #expect(second.wasAnnounced && second.fate == .duplicate)
            #expect(try await running.bodies().count == 1)
            #expect(try await running.written(0))
        }
    }

    /// Asks a second later, and answers in words.
    private static func ask(
        _ running: RecoveryWorld.Running, _ number: String, afterMillis: UInt64 = 1_000
    ) async -> String {
        running.time.advance(milliseconds: afterMillis)
        do throws(RecoveryDeskError) {
            let answer = try await running.recovery.ask(merchantID: RecoveryWorld.merchant, outTradeNo: number)
            return answer.answer + " " + answer.tradeState
        } catch { return error.description }
    }

    @Test("what the platform says of others is answered as it says it")
    func others() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            world.platform.set("open", .open(tradeState: "USERPAYING"))
            world.platform.set("closed", .ended(tradeState: "CLOSED"))
            #expect(await Self.ask(running, "open") == "open USERPAYING")
            #expect(await Self.ask(running, "closed") == "ended CLOSED")
            #expect(await Self.ask(running, "none") == "not_found ")
            #expect(await Self.ask(running, "a/b").contains("out_trade_no 1 to 32 letters"))
            world.platform.fail(.unreachable("connect"))
            #expect(await Self.ask(running, "open") == "WeChat Pay was not reached: connect")
            // An operator waits for no pause.
            world.platform.fail(nil)
            #expect(await Self.ask(running, "open") == "open USERPAYING")
        }
    }

    @Test("a stop answers those that wait; before and after it nobody is asked")
    func stopped() async throws {
        let world = RecoveryWorld {
            $0.queriesPerSecond = 1
            $0.queriesInFlightMax = 1
        }
        let waiting = try await world.run { (running: RecoveryWorld.Running) async throws in
            world.platform.hold()
            let first = Task { await Self.ask(running, "T1") }
            #expect(try await eventually { world.platform.asked.count == 1 })
            // The budget has nothing for it.
            let second = Task { await Self.ask(running, "T2", afterMillis: 0) }
            #expect(try await eventually { await running.recovery.asks.count == 1 })
            return (first, second, running)
        }
        #expect(await waiting.0.value == "not_found ")
        #expect(await waiting.1.value == RecoveryDeskError.overloaded.description)
        #expect(await Self.ask(waiting.2, "T3") == RecoveryDeskError.overloaded.description)
    }
}
