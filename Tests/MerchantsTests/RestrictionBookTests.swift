import BoundedJSON
import Engine
import TestSupport
import Merchants
import MessageModel
import Testing
import Tillwire

@Suite("Restriction book")
struct RestrictionBookTests {
    /// Runs `body` over a store of its own, which must be sound afterwards.
    private func with(_ body: @escaping @Sendable (BookUnderTest) async throws -> Void) async throws {
        let store = TemporaryStore()
        let problems = try await store.run { try await body(BookUnderTest(broker: $0, clock: store.time)) }.problems
        #expect(problems.isEmpty)
    }

    @Test("a restriction refuses its merchant at once and nobody else, also after a restart")
    func restricts() async throws {
        try await with { (t: BookUnderTest) async throws in
            #expect(try await t.book.put(t.request("c1"), actor: "ann").outcome == .restricted)
            #expect(t.inForce() == "c1")
            #expect(t.inForce("m2") == nil)
            #expect(t.inForce(in: try await t.reopened().0) == "c1")
        }
    }

    @Test("a merchant is open only when no case is in force")
    func independentCases() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1"), actor: "ann")
            _ = try await t.book.put(t.request("c2"), actor: "ann")
            #expect(try await t.book.lift(caseID: "c1", actor: "ann").outcome == .lifted)
            #expect(t.inForce() == "c2")
            _ = try await t.book.lift(caseID: "c2", actor: "ann")
            #expect(t.inForce() == nil)
            #expect(t.inForce(in: try await t.reopened().0) == nil)
        }
    }

    @Test("putting and lifting are idempotent by case id")
    func idempotent() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1"), actor: "ann")
            t.clock.advance(milliseconds: 5_000)
            #expect(try await t.book.put(t.request("c1"), actor: "ann").outcome == .unchanged)
            _ = try await t.book.lift(caseID: "c1", actor: "ann")
            #expect(try await t.book.lift(caseID: "c1", actor: "ann").outcome == .unchanged)
            #expect(try await t.book.audit().count == 2)
        }
    }

    @Test("a lift that comes before its restriction wins, also over a restart")
    func liftFirst() async throws {
        try await with { (t: BookUnderTest) async throws in
            #expect(try await t.book.lift(caseID: "c1", actor: "ann").outcome == .lifted)
            #expect(try await t.book.put(t.request("c1"), actor: "ann").outcome == .alreadyLifted)
            #expect(t.inForce() == nil)
            #expect(try await t.reopened().1.put(t.request("c1"), actor: "ann").outcome == .alreadyLifted)
        }
    }

    @Test("a restriction holds from its effective time until its expiry")
    func times() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1", effective: t.now + 1_000, expires: t.now + 2_000), actor: "ann")
            #expect(t.inForce() == nil)
            #expect(await t.book.standing(caseID: "c1")?.state(atMillis: t.now) == .pending)
            t.clock.advance(milliseconds: 1_000)
            #expect(t.inForce() == "c1")
            t.clock.advance(milliseconds: 999)
            #expect(t.inForce() == "c1")
            t.clock.advance(milliseconds: 1)
            #expect(t.inForce() == nil)
            #expect(await t.book.standing(caseID: "c1")?.state(atMillis: t.now) == .expired)
        }
    }

    @Test("of several cases in force the one that holds longest is told")
    func longest() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("short", expires: t.now + 1_000), actor: "ann")
            _ = try await t.book.put(t.request("ever"), actor: "ann")
            _ = try await t.book.put(t.request("long", expires: t.now + 9_000), actor: "ann")
            #expect(t.inForce() == "ever")
        }
    }

    @Test("a restriction of a store or device covers just that")
    func scopes() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("s", scope: .store("S1")), actor: "ann")
            _ = try await t.book.put(t.request("d", scope: .device("D1")), actor: "ann")
            #expect(t.inForce() == nil)
            #expect(t.inForce(store: "S1") == "s")
            #expect(t.inForce(device: "D1") == "d")
            #expect(t.inForce(store: "S2", device: "D2") == nil)
        }
    }

    @Test("a case cannot move to another merchant or scope")
    func caseDiffers() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1"), actor: "ann")
            await #expect(throws: RestrictionError.caseDiffers(caseID: "c1")) {
                try await t.book.put(t.request("c1", merchant: "m2"), actor: "ann")
            }
            await #expect(throws: RestrictionError.caseDiffers(caseID: "c1")) {
                try await t.book.put(t.request("c1", scope: .store("S")), actor: "ann")
            }
            #expect(t.inForce("m2") == nil)
        }
    }

    @Test("a change that names no source leaves the case with its own; a new case is a person's")
    func keptSource() async throws {
        try await with { (t: BookUnderTest) async throws in
            let platform = t.request("c1", source: .wechat)
            _ = try await t.book.put(platform, actor: "notice")
            let json = Array(#"{"merchant_id":"m1","reason_code":"SEEN"}"#.utf8)
            for (caseID, source) in [("c1", RestrictionSource.wechat), ("c2", .operator)] {
                let request = try RestrictionRequest(try JSONValue.parse(json), caseID: caseID, millis: { _ in nil })
                let (outcome, standing) = try await t.book.put(request, actor: "ann")
                #expect(outcome == .restricted)
                #expect(standing.restriction?.source == source)
            }
        }
    }

    @Test("a case's expiry can be changed")
    func changedExpiry() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1", expires: t.now + 1_000), actor: "ann")
            #expect(try await t.book.put(t.request("c1", expires: t.now + 5_000), actor: "bob").outcome == .restricted)
            t.clock.advance(milliseconds: 2_000)
            #expect(t.inForce() == "c1")
            #expect(t.table.count == 1)
        }
    }

    @Test("every change is in the audit trail, which goes on after a restart")
    func audit() async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("c1"), actor: "ann")
            _ = try await t.book.lift(caseID: "c1", reason: "cleared", actor: "bob")
            _ = try await t.reopened().1.put(t.request("c2"), actor: "cay")
            let entries = try await t.book.audit()
            #expect(entries.map(\.sequence) == [1, 2, 3])
            #expect(entries.map(\.actor) == ["ann", "bob", "cay"])
            #expect(entries.map(\.outcome) == [.restricted, .lifted, .restricted])
            #expect(entries.map(\.reason) == ["FAKE_ORDERS", "cleared", "FAKE_ORDERS"])
            #expect(try await t.book.audit(after: 1, countMax: 1).map(\.sequence) == [2])
        }
    }

    @Test("a change the store refuses is not shown and takes no number of the trail")
    func refusedByStore() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let t = BookUnderTest(broker: broker, clock: store.time)
            await broker.close()
            await #expect(throws: RestrictionError.store(.closed)) {
                try await t.book.put(t.request("c1"), actor: "ann")
            }
            #expect(t.inForce() == nil)
        }
        _ = try await store.run { broker in
            let t = BookUnderTest(broker: broker, clock: store.time)
            try await t.book.load()
            #expect(try await t.book.put(t.request("c1"), actor: "ann").outcome == .restricted)
            #expect(try await t.book.audit().map(\.sequence) == [1])
        }
    }

    @Test("restrictions, lifts and the trail are there when the store was closed and opened again")
    func closedAndOpened() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let t = BookUnderTest(broker: broker, clock: store.time)
            _ = try await t.book.put(t.request("kept"), actor: "ann")
            _ = try await t.book.lift(caseID: "early", actor: "ann")
        }
        let problems = try await store.run { broker in
            let t = BookUnderTest(broker: broker, clock: store.time)
            try await t.book.load()
            #expect(t.inForce() == "kept")
            #expect(try await t.book.put(t.request("early", merchant: "m2"), actor: "ann").outcome == .alreadyLifted)
            #expect(try await t.book.audit().count == 2)
        }.problems
        #expect(problems.isEmpty)
    }

    @Test("a stored case that cannot be read stops the start instead of opening the gate")
    func unreadable() async throws {
        try await with { (t: BookUnderTest) async throws in
            let row = Array(#"{"version":2}"#.utf8)
            try await t.broker.set(.state(ConsumerID(rawValue: 2)), key: [1] + Array("c1".utf8), row)
            await #expect(throws: RestrictionError.self) { try await t.book.load() }
        }
    }

    @Test(
        "closed cases are forgotten after 100 days, those of risk control after a day, open ones never",
        arguments: [(RestrictionSource.operator, UInt64(100)), (.wechat, 100), (.risk, 1)])
    func sweep(source: RestrictionSource, days: UInt64) async throws {
        try await with { (t: BookUnderTest) async throws in
            _ = try await t.book.put(t.request("open", source: source), actor: "ann")
            _ = try await t.book.put(t.request("lifted", merchant: "m2", source: source), actor: "ann")
            _ = try await t.book.lift(caseID: "lifted", actor: "ann")
            let expired = t.request("expired", merchant: "m3", expires: t.now + 1, source: source)
            _ = try await t.book.put(expired, actor: "ann")
            t.clock.advance(milliseconds: days * 86_400_000)
            #expect(try await t.book.sweep() == 0)
            t.clock.advance(milliseconds: 2)
            #expect(try await t.book.sweep() == 2)
            #expect(await t.book.list().map(\.caseID) == ["open"])
            #expect(try await t.reopened().1.list().map(\.caseID) == ["open"])
        }
    }

    @Test("open cases of one merchant are bounded")
    func bound() async throws {
        try await with { (t: BookUnderTest) async throws in
            for number in 0..<MerchantLimits.casesPerMerchantMax {
                _ = try await t.book.put(t.request("c\(number)"), actor: "ann")
            }
            await #expect(throws: RestrictionError.self) { try await t.book.put(t.request("more"), actor: "ann") }
            _ = try await t.book.lift(caseID: "c0", actor: "ann")
            #expect(try await t.book.put(t.request("more"), actor: "ann").outcome == .restricted)
        }
    }

    @Test("cases that close nothing take no room of a merchant, and others' cases none of the platform's")
    func room() async throws {
        try await with { (t: BookUnderTest) async throws in
            for number in 0..<MerchantLimits.casesPerMerchantMax {
                var empty = t.request("e\(number)")
                empty.actions = []
                _ = try await t.book.put(empty, actor: "ann")
            }
            #expect(t.table.count == 0)
            for number in 0..<MerchantLimits.casesPerMerchantMax {
                _ = try await t.book.put(t.request("c\(number)"), actor: "ann")
            }
            await #expect(throws: RestrictionError.self) { try await t.book.put(t.request("more"), actor: "ann") }
            let platform = t.request("w1", source: .wechat)
            #expect(try await t.book.put(platform, actor: "ann").outcome == .restricted)
            #expect(t.table.count == MerchantLimits.casesPerMerchantMax + 1)
        }
    }

    @Test(
        "expired cases leave room: a merchant may be restricted again and again, and the gate's table keeps only what may hold"
    )
    func boundAndExpiry() async throws {
        try await with { (t: BookUnderTest) async throws in
            for number in 0..<(2 * MerchantLimits.casesPerMerchantMax) {
                let request = t.request("c\(number)", expires: t.now + 1_000)
                #expect(try await t.book.put(request, actor: "risk").outcome == .restricted)
                t.clock.advance(milliseconds: 1_000)
            }
            #expect(t.table.count == 1)
            #expect(await t.book.list(countMax: 1_000).count == 2 * MerchantLimits.casesPerMerchantMax)
        }
    }

    @Test(
        "a request of the wrong shape is refused with the member's name",
        arguments: [
            ("{}", "merchant_id"), (#"{"merchant_id":"m"}"#, "reason_code"),
            (#"{"merchant_id":"m","reason_code":"R","who":1}"#, "who"),
            (#"{"merchant_id":"m","reason_code":"R","store_id":"S","device_id":"D"}"#, "only one"),
            (#"{"merchant_id":"m","reason_code":"R","source":"me"}"#, "operator, risk, wechat, external"),
            (#"{"merchant_id":"m","reason_code":"R","expires":"tomorrow"}"#, "RFC 3339"),
        ])
    func wrongShape(json: String, expected: String) throws {
        let value = try JSONValue.parse(Array(json.utf8))
        let error = #expect(throws: RestrictionError.self) {
            try RestrictionRequest(value, caseID: "c", millis: { _ in nil })
        }
        #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
    }

    @Test("members that break their rule are refused")
    func brokenRules() async throws {
        try await with { (t: BookUnderTest) async throws in
            var bad = [
                t.request("c 1"), t.request(""), t.request("c", merchant: "m/1"), t.request("c", scope: .store("")),
            ]
            bad.append(t.request("c", expires: t.now))
            bad.append(t.request("c", effective: -1))
            for wrong in bad {
                await #expect(throws: RestrictionError.self) { try await t.book.put(wrong, actor: "ann") }
            }
            #expect(t.table.count == 0)
        }
    }
}
