import Merchants
import TestSupport
import Testing
import PlatformRestrictions
import WeChatPayAPI

@Suite("Asking what WeChat Pay restricts")
struct LimitationAskTests {
    private let world = AnnouncedWorld()
    private let stub = LimitationStub()

    private func answer(_ functions: [String], cases: [LimitationAnswer.Case] = []) {
        stub.answer(.success(LimitationAnswer(limitedFunctions: functions, cases: cases)))
    }

    @Test("the gate is closed only where payments are; the reason is the platform's")
    func narrowed() async throws {
        answer(
            ["NO_WITHDRAWAL", "SOMETHING_NEW"],
            cases: [.init(caseID: "A1", reasonType: "RISK_ABNORMAL", reasonDescribe: "strange payments")])
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
            let standing = try #require(await running.book.standing(caseID: "A1")?.restriction)
            #expect(standing.actions == [.noWithdrawal])
            #expect(standing.reasonCode == "RISK_ABNORMAL")
            #expect(standing.reasonText == "strange payments")
            #expect(stub.asked == [AnnouncedWorld.merchant])
        }
    }

    @Test("payments that are closed stay closed, and a later look finds the end that no notice told")
    func ended() async throws {
        answer(["NO_TRANSACTION_AND_RECHARGE"], cases: [.init(caseID: "A1")])
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            let isListed = try await eventually { await running.announced.figures().listedCount == 1 }
            #expect(isListed)
            #expect(await running.ask().status == 403)
        }
        try await world.run(query: stub) { running in
            #expect(await running.ask().status == 403)
            answer([])
            try await running.asked(stub, 2, after: 6 * 3_600 + 1, inThisStart: 1)
            #expect(await running.ask().status == 403)
            try await running.asked(stub, 3, after: 601, inThisStart: 2)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
            let actors = try await running.book.audit().map(\.actor)
            #expect(actors.last == "wechat-query")
            let isDone = try await eventually { await running.announced.figures().askCount == 0 }
            #expect(isDone)
        }
    }

    @Test("without an answer the restriction stands as announced, and is asked about again with back-off")
    func backOff() async throws {
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            #expect(await running.ask().status == 403)
            running.time.advance(milliseconds: 30_000)
            #expect(stub.asked.count == 1)
            try await running.asked(stub, 2, after: 31)
            answer(["NO_REFUND"], cases: [.init(caseID: "A1")])
            try await running.asked(stub, 3, after: 121)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
            #expect(
                running.table.restriction(
                    merchant: AnnouncedWorld.merchant, store: nil, device: nil, atMillis: .init(1_760_000_600_000),
                    of: .refund) != nil)
        }
    }

    @Test("a call that the platform refuses for good is made again only in the regular poll")
    func refused() async throws {
        stub.answer(.failure(.refused(status: 403, code: "NO_AUTH", message: "")))
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            running.time.advance(milliseconds: 7_200_000)
            #expect(await running.ask().status == 403)
            #expect(stub.asked.count == 1)
            #expect(await running.announced.figures().failedAsks == 1)
        }
    }

    @Test("an announced restriction gets its time from the platform")
    func delayed() async throws {
        answer(
            ["NO_TRANSACTION"],
            cases: [
                .init(caseID: "A1", startDate: "2025-10-11", actionType: "LIMIT_ACTION_TYPE_DELAY_CONTROL")
            ])
        try await world.run(query: stub) { running in
            try await running.notify("DELAYPUNISHMENT", at: 0)
            try await running.asked(stub, 1)
            let isKnown = try await eventually {
                await running.book.standing(caseID: "A1")?.restriction?.actions == [.noTransaction]
            }
            #expect(isKnown)
            #expect(await running.ask().status == 200)
            // The 11th begins in Beijing.
            #expect(await running.book.standing(caseID: "A1")?.restriction?.effectiveAtMillis == 1_760_112_000_000)
        }
    }

    @Test("a disposal is looked at by what is closed to its merchant")
    func disposal() async throws {
        answer(["NO_TRANSACTION"])
        try await world.run(query: stub) { running in
            #expect(try await running.deliver("21-valid-violation-punish") == 204)
            try await running.asked(stub, 1)
            #expect(await running.ask().status == 403)
            answer([])
            try await running.asked(stub, 2, after: 6 * 3_600 + 1)
            #expect(await running.ask().status == 403)
            try await running.asked(stub, 3, after: 601)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
        }
    }

    @Test("a punishment that follows its announcement is asked about at once, not in the regular poll")
    func announcedThenPunished() async throws {
        answer(["NO_WITHDRAWAL"], cases: [.init(caseID: "A1", relatedLimitations: ["NO_WITHDRAWAL"])])
        try await world.run(query: stub) { running in
            try await running.notify("DELAYPUNISHMENT")
            try await running.asked(stub, 1)
            running.time.advance(milliseconds: 60_000)
            try await running.notify("PUNISHMENT")
            try await running.taken(2)
            try await running.asked(stub, 2)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
            #expect(await running.book.standing(caseID: "A1")?.restriction?.actions == [.noWithdrawal])
        }
    }

    @Test("an answer of the time before a newer step is given up, and it is asked again")
    func changedMeanwhile() async throws {
        answer(["NO_WITHDRAWAL"], cases: [.init(caseID: "A1")])
        let stub = stub
        try await world.run(query: stub) { running in
            stub.meanwhile {
                let event = RestrictionEvent(
                    caseID: "A1", step: AnnouncedStep(.punishment, atMillis: running.book.nowMillis + 1),
                    merchantID: AnnouncedWorld.merchant, reasonCode: "AGAIN", source: .wechat)
                _ = try? await running.book.apply(event, actor: "notice")
                stub.answer(
                    .success(LimitationAnswer(limitedFunctions: ["NO_TRANSACTION"], cases: [.init(caseID: "A1")])))
            }
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 2)
            let reasons = try await running.book.audit().map(\.reason)
            #expect(reasons.contains("AGAIN") && !reasons.contains("NO_WITHDRAWAL"))
            #expect(await running.book.standing(caseID: "A1")?.restriction?.actions == [.noTransaction])
        }
    }

    @Test("one answer with a gap neither opens the gate nor lifts")
    func gap() async throws {
        let listed = [LimitationAnswer.Case(caseID: "A1")]
        answer(["NO_TRANSACTION"], cases: listed)
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            answer([])
            try await running.asked(stub, 2, after: 6 * 3_600 + 1)
            answer(["NO_TRANSACTION"], cases: listed)
            try await running.asked(stub, 3, after: 601)
            answer([])
            // The gap before is forgotten: this one is the first again.
            try await running.asked(stub, 4, after: 6 * 3_600 + 1)
            #expect(await running.ask().status == 403)
            #expect(await running.book.standing(caseID: "A1")?.liftedAtMillis == nil)
        }
    }

    @Test(
        "a case that is not listed opens nothing for ten minutes, closes nothing then, and is lifted after seven days")
    func neverListed() async throws {
        answer([])
        try await world.run(query: stub) { running in
            try await running.notify("PUNISHMENT")
            try await running.asked(stub, 1)
            for (count, seconds) in [(2, UInt64(61)), (3, 121), (4, 241)] {
                try await running.asked(stub, count, after: seconds)
                #expect(await running.ask().status == 403)
            }
            try await running.asked(stub, 5, after: 240)
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
            #expect(await running.book.standing(caseID: "A1")?.liftedAtMillis == nil)
            try await running.asked(stub, 6, after: 7 * 86_400)
            let isDone = try await eventually { await running.announced.figures().askCount == 0 }
            #expect(isDone)
            #expect(await running.book.standing(caseID: "A1")?.liftReason == "not listed for 7 days")
        }
    }
}
