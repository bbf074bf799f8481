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
            let isOpen = try await eventually { await running.ask().status == 200 }
            #expect(isOpen)
        }
    }
}
