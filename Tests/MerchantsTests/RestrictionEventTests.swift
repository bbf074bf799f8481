import BoundedJSON
import Engine
import Merchants
import MessageModel
import TestSupport
import Testing
import Tillwire

@Suite("Announced restrictions")
struct RestrictionEventTests {
    private func with(_ body: @escaping @Sendable (BookUnderTest) async throws -> Void) async throws {
        let store = TemporaryStore()
        let problems = try await store.run { try await body(BookUnderTest(broker: $0, clock: store.time)) }.problems
        #expect(problems.isEmpty)
    }

    private func outcome(_ t: BookUnderTest, _ event: RestrictionEvent) async throws -> RestrictionOutcome {
        try await t.book.apply(event, actor: "callback:sys").outcome
    }

    @Test("a state is idempotent by case, state and moment, and its repeats leave no trace but a count")
    func idempotent() async throws {
        try await with { (t: BookUnderTest) async throws in
            let event = t.event(.punishment, at: -10)
            #expect(try await outcome(t, event) == .restricted)
            #expect(try await outcome(t, event) == .unchanged)
            #expect(t.inForce() == "c1")
            let lift = t.event(.recovery, at: -5)
            #expect(try await outcome(t, lift) == .lifted)
            #expect(try await outcome(t, lift) == .unchanged)
            #expect(try await outcome(t, event) == .outdated)
            #expect(t.inForce() == nil)
            #expect(try await t.book.audit().map(\.outcome) == [.restricted, .lifted])
            #expect(await t.book.attemptCounts().count(of: .unchanged) == 2)
            #expect(await t.book.attemptCounts().count(of: .outdated) == 1)
        }
    }

    @Test("every order of arrival of three states leaves what the newest says, over restarts")
    func orders() async throws {
        let steps: [(AnnouncedState, Int64)] = [(.delayPunishment, -30), (.punishment, -20), (.recovery, -10)]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            try await with { (t: BookUnderTest) async throws in
                for index in order {
                    let (_, book) = try await t.reopened()
                    let event = t.event(steps[index].0, at: steps[index].1, effective: -1)
                    _ = try await book.apply(event, actor: "sys")
                }
                let (table, book) = try await t.reopened()
                #expect(t.inForce(in: table) == nil, "\(order)")
                #expect(await book.standing(caseID: "c1")?.step == t.event(.recovery, at: -10).step)
            }
        }
    }

    @Test("lifting wins over restricting at the same moment; a later punishment of the case closes again")
    func ties() async throws {
        try await with { (t: BookUnderTest) async throws in
            #expect(try await outcome(t, t.event(.recovery, at: -10)) == .lifted)
            #expect(try await outcome(t, t.event(.punishment, at: -10)) == .outdated)
            #expect(t.inForce() == nil)
            #expect(try await outcome(t, t.event(.punishment, at: -9)) == .restricted)
            #expect(t.inForce() == "c1")
        }
    }

    @Test("a case lifted by hand stays so for states from before that, not for newer ones")
    func byHand() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await outcome(t, t.event(.punishment, at: -10))
            _ = try await t.book.lift(caseID: "c1", actor: "ann")
            #expect(try await outcome(t, t.event(.punishment, at: -5)) == .outdated)
            t.clock.advance(milliseconds: 60_000)
            #expect(try await outcome(t, t.event(.punishment, at: -5)) == .restricted)
        }
    }

    @Test("a restriction takes effect and ends at its times, a lift at a later time ends it then")
    func times() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await outcome(t, t.event(.delayPunishment, at: -10, effective: 60, expires: 120))
            #expect(t.inForce() == nil)
            t.clock.advance(milliseconds: 60_000)
            #expect(t.inForce() == "c1")
            var lift = t.event(.recovery, at: -1, effective: 30)
            lift.expiresAtMillis = nil
            #expect(try await outcome(t, lift) == .restricted)
            t.clock.advance(milliseconds: 29_999)
            #expect(t.inForce() == "c1")
            t.clock.advance(milliseconds: 1)
            #expect(t.inForce() == nil)
            #expect(t.inForce(in: try await t.reopened().0) == nil)
        }
    }

    @Test("only what closes payments refuses payments; refunds have their own function")
    func actions() async throws {
        try await with { (t: BookUnderTest) async throws in
            var event = t.event(.punishment, at: -10)
            event.actions = [.noRefund, .noWithdrawal]
            _ = try await outcome(t, event)
            for table in [t.table, try await t.reopened().0] {
                #expect(t.inForce(in: table) == nil)
                let found = table.restriction(merchant: "m1", store: nil, device: nil, atMillis: t.now, of: .refund)
                #expect(found?.caseID == "c1")
                #expect(found?.actions == [.noWithdrawal, .noRefund])
            }
            event.step = AnnouncedStep(.punishment, atMillis: t.now - 9_000)
            event.actions = [.noTransactionAndRecharge]
            _ = try await outcome(t, event)
            #expect(t.inForce() == "c1")
        }
    }

    @Test("a case stays with its merchant, scope and source, and a step says one thing only")
    func refused() async throws {
        try await with { (t: BookUnderTest) async throws in
            let event = t.event(.punishment, at: -10)
            _ = try await outcome(t, event)
            var other = event
            other.merchantID = "m2"
            var scoped = event
            scoped.scope = .store("S1")
            var platform = t.event(.recovery, at: -1)
            platform.source = .wechat
            for wrong in [other, scoped, platform] {
                await #expect(throws: RestrictionError.caseDiffers(caseID: "c1")) {
                    try await t.book.apply(wrong, actor: "x")
                }
            }
            var longer = event
            longer.expiresAtMillis = t.now + 1_000
            await #expect(throws: RestrictionError.stateDiffers(caseID: "c1")) {
                try await t.book.apply(longer, actor: "x")
            }
            longer.step = AnnouncedStep(.punishment, atMillis: event.step.atMillis + 1)
            #expect(try await outcome(t, longer) == .restricted)
            #expect(await t.book.attemptCounts().refused == 4)
            #expect(t.inForce() == "c1")
        }
    }

    @Test("a business time far ahead of now is refused: it would keep every later state out")
    func ahead() async throws {
        try await with { (t: BookUnderTest) async throws in
            let far = t.event(.recovery, at: 301)
            await #expect(
                throws: RestrictionError.invalid(
                    member: "business_time", allowed: "a time at most 5 minutes ahead of now")
            ) {
                try await t.book.apply(far, actor: "x")
            }
            #expect(try await outcome(t, t.event(.recovery, at: 299)) == .lifted)
        }
    }

    @Test("a case that another risk system lifted ahead is still the platform's to put, and not the other way round")
    func foreignLiftFirst() async throws {
        try await with { (t: BookUnderTest) async throws in
            #expect(try await outcome(t, t.event(.recovery, at: -10)) == .lifted)
            let (table, book) = try await t.reopened()
            var platform = t.event(.punishment, at: -20)
            platform.source = .wechat
            #expect(try await book.apply(platform, actor: "notice").outcome == .restricted)
            #expect(t.inForce(in: table) == "c1")

            var lifted = t.event(.recovery, at: -10)
            lifted.caseID = "c2"
            lifted.source = .wechat
            #expect(try await book.apply(lifted, actor: "notice").outcome == .lifted)
            var foreign = t.event(.punishment, at: -5)
            foreign.caseID = "c2"
            let wrong = foreign
            await #expect(throws: RestrictionError.caseDiffers(caseID: "c2")) {
                try await book.apply(wrong, actor: "x")
            }
        }
    }

    @Test("an amendment changes what is closed and nothing else, and never a lifted case")
    func amended() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await outcome(t, t.event(.punishment, at: -10))
            #expect(
                try await t.book.amend(caseID: "c1", actions: [.noWithdrawal], reasonText: "less", actor: "q")
                    == .restricted)
            #expect(t.inForce() == nil)
            #expect(try await t.book.amend(caseID: "c1", actions: [.noWithdrawal], actor: "q") == .unchanged)
            #expect(try await t.book.audit().last?.reason == "NO_WITHDRAWAL")
            // Asked for before the newest step.
            let older = AnnouncedStep(.delayPunishment, atMillis: t.now - 20_000)
            #expect(try await t.book.amend(caseID: "c1", actions: [.noRefund], since: older, actor: "q") == nil)
            #expect(try await outcome(t, t.event(.recovery, at: -5)) == .lifted)
            #expect(try await t.book.amend(caseID: "c1", actions: [.noTransaction], actor: "q") == nil)
            #expect(try await t.book.amend(caseID: "none", actions: [.noTransaction], actor: "q") == nil)
        }
    }

    @Test("a row without actions is of the time when every restriction closed payments; unknown ones stop the start")
    func oldRow() async throws {
        try await with { (t: BookUnderTest) async throws in
            let old =
                #"{"version":1,"case_id":"c1","restriction":{"merchant_id":"m1","reason_code":"A","reason":"","source":"operator","effective_millis":5},"lift_reason":""}"#
            let space = RowSpace.state(ConsumerID(rawValue: 2))
            try await t.broker.set(space, key: [1] + Array("c1".utf8), Array(old.utf8))
            #expect(t.inForce(in: try await t.reopened().0) == "c1")
            let odd = old.replacing(#""source""#, with: #""actions":["NO_AIR"],"source""#)
            try await t.broker.set(space, key: [1] + Array("c1".utf8), Array(odd.utf8))
            await #expect(throws: RestrictionError.self) { try await t.reopened() }
        }
    }

    @Test(
        "a callback that breaks a rule says which",
        arguments: [
            (#"{}"#, "state"), (#"{"state":"GONE"}"#, "DELAYPUNISHMENT"), (#"{"state":"RECOVERY"}"#, "business_time"),
            (#"{"state":"PUNISHMENT","business_time":"T"}"#, "merchant_id"),
            (#"{"state":"PUNISHMENT","business_time":"T","merchant_id":"m"}"#, "reason_code"),
            (#"{"state":"PUNISHMENT","business_time":"x","merchant_id":"m"}"#, "RFC 3339"),
            (#"{"state":"DELAYPUNISHMENT","business_time":"T","merchant_id":"m","reason_code":"r"}"#, "effective"),
            (
                #"{"state":"PUNISHMENT","business_time":"T","merchant_id":"m","reason_code":"r","actions":[]}"#,
                "NO_REFUND"
            ),
            (
                #"{"state":"PUNISHMENT","business_time":"T","merchant_id":"m","reason_code":"r","actions":["NO_AIR"]}"#,
                "NO_REFUND"
            ),
            (
                #"{"state":"PUNISHMENT","business_time":"T","merchant_id":"m","store_id":"s","device_id":"d"}"#,
                "only one"
            ),
            (#"{"state":"RECOVERY","business_time":"T","colour":"red"}"#, "colour"), ("[]", "object"),
        ])
    func badCallback(body: String, expected: String) throws {
        let value = try JSONValue.parse(Array(body.utf8))
        let error = #expect(throws: RestrictionError.self) {
            try RestrictionEvent(value, caseID: "c1") { $0 == "T" ? 1_000 : nil }
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(expected))
    }

    @Test("a callback is read whole")
    func callback() throws {
        let body =
            #"{"case_id":"c9","state":"PUNISHMENT","business_time":"T","merchant_id":"m1","store_id":"S1","actions":["NO_REFUND","NO_TRANSACTION"],"#
            + #""expires":"U","reason_code":"R","reason":"why"}"#
        let event = try RestrictionEvent(try JSONValue.parse(Array(body.utf8)), caseID: nil) {
            $0 == "T" ? 1_000 : 2_000
        }
        #expect(
            event
                == RestrictionEvent(
                    caseID: "c9", step: AnnouncedStep(.punishment, atMillis: 1_000), merchantID: "m1",
                    scope: .store("S1"), actions: [.noRefund, .noTransaction], reasonCode: "R", reasonText: "why",
                    source: .external, expiresAtMillis: 2_000))
    }
}

extension BookUnderTest {
    /// What a risk system tells of case c1 of merchant m1; times in seconds from now.
    fileprivate func event(
        _ state: AnnouncedState, at seconds: Int64, effective: Int64? = nil, expires: Int64? = nil
    ) -> RestrictionEvent {
        RestrictionEvent(
            caseID: "c1", step: AnnouncedStep(state, atMillis: now + seconds * 1_000), merchantID: "m1",
            reasonCode: state.isLifting ? "" : "FRAUD", source: .external,
            effectiveAtMillis: state.isLifting && effective ?? 0 <= 0 ? nil : effective.map { now + $0 * 1_000 },
            expiresAtMillis: expires.map { now + $0 * 1_000 })
    }
}
