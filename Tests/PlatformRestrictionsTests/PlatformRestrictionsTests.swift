import HTTPDataPlane
import Merchants
import MessageModel
import NIOCore
import PaymentEntry
import PaymentNotice
import PlatformRestrictions
import TestSupport
import Testing

@Suite("Restrictions announced by WeChat Pay")
struct PlatformRestrictionsTests {
    private let world = AnnouncedWorld()

    @Test("a disposal notice goes from ingest to the gate, which refuses with its reason, and a restart keeps it")
    func violation() async throws {
        try await world.run { running in
            #expect(await running.ask().status == 200)
            #expect(try await running.deliver("21-valid-violation-punish") == 204)
            try await running.taken(1)
            let answer = await running.ask()
            #expect(answer.status == 403)
            #expect(answer.body.contains(#""case_id":"200201820200101080076610000""#))
            #expect(answer.body.contains(#""reason_code":"GAMBLING""#))
            #expect(answer.body.contains("关闭支付权限"))
            #expect(answer.body.contains(#""source":"wechat""#))
            #expect(try await running.deliver("21-valid-violation-punish") == 204)
        }
        try await world.run { running in
            #expect(await running.ask().status == 403)
            #expect(await running.announced.announcements(countMax: 9).map(\.outcome) == [.restricted])
            let actors = try await running.book.audit().map(\.actor)
            #expect(actors == ["wechat-notice"])
        }
    }

    @Test("a subscription message goes the same way, and its recovery opens the gate")
    func subscription() async throws {
        try await world.run { running in
            #expect(try await running.deliver("22-valid-merchant-notify") == 204)
            try await running.taken(1)
            let answer = await running.ask()
            #expect(answer.status == 403)
            #expect(answer.body.contains(#""case_id":"A20251009165100774441874""#))
            #expect(answer.body.contains("商户新增管控流水通知"))
        }
        try await world.run { running in
            #expect(await running.ask().status == 403)
            try await running.notify("RECOVERY", code: "A20251009165100774441874")
            try await running.taken(2)
            #expect(await running.ask().status == 200)
        }
    }

    @Test(
        "a payment made after the restriction came into force is stored, marked and counted; one made before is not marked"
    )
    func prohibitedPayment() async throws {
        try await world.run { running in
            #expect(try await running.deliver("01-valid-partner") == 204)
            #expect(try await running.deliver("21-valid-violation-punish") == 204)
            try await running.taken(1)
            let early = try #require(try await Self.order(running, "01-valid-partner"))
            #expect(!early.isProhibited)
            // Paid at 16:52:58, restricted at 16:50:00.
            #expect(try await running.deliver("02-valid-partner-chinese") == 204)
            let late = try #require(try await Self.order(running, "02-valid-partner-chinese"))
            #expect(late.isProhibited)
            #expect(running.watch.count == 1)
            #expect(try await running.deliver("02-valid-partner-chinese") == 204)
            #expect(running.watch.count == 1)
        }
    }

    /// The order a payment's vector tells of.
    private static func order(_ running: AnnouncedWorld.Running, _ name: String) async throws -> OrderRecord? {
        let request = try VectorNotice.request(name)
        let verdict = try VectorNotice.verifier().verdict(
            headers: NoticeHeaders(list: request.headers), body: Array(buffer: request.body), nowSeconds: 1_760_000_000)
        guard case .payment(let payment, _) = verdict else { return nil }
        return try await running.entry.order(transactionID: payment.transactionID)
    }

    @Test("a recovery that comes before its punishment wins, over a restart too")
    func recoveryFirst() async throws {
        try await world.run { running in
            try await running.notify("RECOVERY", at: -10)
            try await running.taken(1)
        }
        try await world.run { running in
            try await running.notify("PUNISHMENT", at: -60)
            try await running.taken(2)
            #expect(await running.ask().status == 200)
            #expect(await running.announced.announcements(countMax: 1).map(\.outcome) == [.unchanged])
        }
    }

    @Test("a case that is put on, lifted and put on again within a day closes, opens and closes the gate")
    func again() async throws {
        try await world.run { running in
            for (count, step) in [("PUNISHMENT", 403), ("RECOVERY", 200), ("PUNISHMENT", 403), ("RECOVERY", 200)]
                .enumerated()
            {
                try await running.notify(step.0)
                try await running.taken(count + 1)
                #expect(await running.ask().status == step.1)
                running.time.advance(milliseconds: 1_000)
            }
        }
    }

    @Test("an announced restriction holds from its time on, and its withdrawal ends it before")
    func delayed() async throws {
        try await world.run { running in
            try await running.notify("DELAYPUNISHMENT", code: "D1", at: 600)
            try await running.notify("DELAYPUNISHMENT", code: "D2", at: 300)
            try await running.taken(2)
            #expect(await running.ask().status == 200)
            try await running.notify("PUNISHMENTCANCELLED", code: "D2")
            try await running.taken(3)
            running.time.advance(milliseconds: 400_000)
            #expect(await running.ask().status == 200)
            running.time.advance(milliseconds: 300_000)
            #expect(await running.ask().status == 403)
        }
    }

    @Test("an announcement for an unknown later time closes nothing until the punishment comes")
    func unknownTime() async throws {
        try await world.run { running in
            try await running.notify("DELAYPUNISHMENT", at: 0)
            try await running.taken(1)
            #expect(await running.ask().status == 200)
            #expect(await running.announced.announcements(countMax: 1).map(\.outcome) == [.shown])
            running.time.advance(milliseconds: 5_000)
            try await running.notify("PUNISHMENT", at: 0)
            try await running.taken(2)
            #expect(await running.ask().status == 403)
        }
    }

    @Test("blocked payments, appeals and tests are shown, and other plans do not close the gate")
    func shown() async throws {
        let merchant = AnnouncedWorld.merchant
        try await world.run { running in
            try await running.tell(
                "VIOLATION.INTERCEPT", #"{"sub_mchid":"\#(merchant)","record_id":"R1","risk_description":"11 blocked"}"#
            )
            try await running.tell(
                "VIOLATION.APPEAL", #"{"sub_mchid":"\#(merchant)","record_id":"R1"}"#, id: "n2")
            try await running.notify("TEST")
            try await running.tell(
                "VIOLATION.PUNISH",
                #"{"sub_mchid":"\#(merchant)","record_id":"R2","punish_plan":"延长结算周期","punish_time":"20251009165000"}"#)
            try await running.taken(4)
            #expect(await running.ask().status == 200)
            let seen = await running.announced.announcements(countMax: 9)
            #expect(seen.map(\.outcome) == [.shown, .test, .shown, .shown])
            #expect(await running.book.standing(caseID: "R2")?.restriction?.actions == [])
        }
    }

    @Test(
        "what cannot be read is set aside with what is wrong, counted, and holds nothing up",
        arguments: [
            (#"{"message_content":{}}"#, "business_state"), (#"{"x":1}"#, "business_state"),
            (#"{"message_content":{"business_state":"PUNISHMENT","business_code":"C"}}"#, "merchant_code"),
            (#"{"message_content":{"business_state":"PUNISHMENT","merchant_code":"1"}}"#, "business_code"),
            (
                #"{"message_content":{"business_state":"PUNISHMENT","merchant_code":"1","business_code":"C","business_time":"soon"}}"#,
                "business_time"
            ),
            (
                #"{"message_content":{"business_state":"PUNISHMENT","merchant_code":"1","business_code":"a b","business_time":"2025-10-09T16:51:00+08:00"}}"#,
                "case_id"
            ),
        ])
    func malformed(plaintext: String, reason: String) async throws {
        try await world.run { running in
            try await running.tell("MERCHANT_NOTIFY.NOTIFY", plaintext)
            try await running.notify("PUNISHMENT", code: "good")
            try await running.taken(2)
            #expect(await running.ask().status == 403)
            let bad = try #require(await running.announced.announcements(countMax: 9).last)
            #expect(bad.outcome == .malformed)
            #expect(bad.text.contains(reason), "\(bad.text)")
            #expect(await running.announced.figures().announcements[.malformed] == 1)
        }
    }

    @Test("a case of somebody else's is not touched: the notice is refused and told of")
    func foreignCase() async throws {
        try await world.run { running in
            let request = RestrictionRequest(caseID: "A1", merchantID: "another", reasonCode: "X")
            _ = try await running.book.put(request, actor: "ann")
            try await running.notify("RECOVERY")
            try await running.taken(1)
            #expect(await running.announced.announcements(countMax: 1).map(\.outcome) == [.refused])
            #expect(await running.book.standing(caseID: "A1")?.liftedAtMillis == nil)
        }
    }

    @Test("other notices pass by")
    func others() async throws {
        try await world.run { running in
            #expect(try await running.deliver("20-valid-refund") == 204)
            try await running.notify("PUNISHMENT")
            try await running.taken(1)
            #expect(await running.announced.announcements(countMax: 9).count == 1)
        }
    }
}
