import BoundedJSON
import Engine
import MemoryEngine
import Merchants
import MessageModel
import Testing
import Tillwire

@Suite("Restriction book")
struct RestrictionBookTests {
    private let engine = MemoryEngine()
    private let table = RestrictionTable()
    private let clock = ManualClock()
    private let book: RestrictionBook<MemoryEngine>

    init() {
        book = RestrictionBook(broker: Broker(engine: engine), table: table, time: clock)
    }

    private var now: Int64 { book.nowMillis }

    private func request(
        _ caseID: String, merchant: String = "m1", scope: RestrictionScope = .merchant, effective: Int64? = nil,
        expires: Int64? = nil
    ) -> RestrictionRequest {
        RestrictionRequest(
            caseID: caseID, merchantID: merchant, scope: scope, reasonCode: "FAKE_ORDERS", reasonText: "too many",
            source: .risk, effectiveAtMillis: effective, expiresAtMillis: expires)
    }

    private func inForce(
        _ merchant: String = "m1", store: String? = nil, device: String? = nil, in table: RestrictionTable? = nil
    )
        -> String?
    {
        (table ?? self.table).restriction(merchant: merchant, store: store, device: device, atMillis: now)?.caseID
    }

    /// Table and book after a restart over the same rows.
    private func reopened() async throws -> (RestrictionTable, RestrictionBook<MemoryEngine>) {
        let fresh = RestrictionTable()
        let book = RestrictionBook(broker: Broker(engine: engine), table: fresh, time: clock)
        try await book.load()
        return (fresh, book)
    }

    @Test("a restriction refuses its merchant at once and nobody else, also after a restart")
    func restricts() async throws {
        #expect(try await book.put(request("c1"), actor: "ann").outcome == .restricted)
        #expect(inForce() == "c1")
        #expect(inForce("m2") == nil)
        #expect(inForce(in: try await reopened().0) == "c1")
    }

    @Test("a merchant is open only when no case is in force")
    func independentCases() async throws {
        _ = try await book.put(request("c1"), actor: "ann")
        _ = try await book.put(request("c2"), actor: "ann")
        #expect(try await book.lift(caseID: "c1", actor: "ann").outcome == .lifted)
        #expect(inForce() == "c2")
        _ = try await book.lift(caseID: "c2", actor: "ann")
        #expect(inForce() == nil)
        #expect(inForce(in: try await reopened().0) == nil)
    }

    @Test("putting and lifting are idempotent by case id")
    func idempotent() async throws {
        _ = try await book.put(request("c1"), actor: "ann")
        clock.pass(5_000)
        #expect(try await book.put(request("c1"), actor: "ann").outcome == .unchanged)
        _ = try await book.lift(caseID: "c1", actor: "ann")
        #expect(try await book.lift(caseID: "c1", actor: "ann").outcome == .unchanged)
        #expect(try await book.audit().count == 2)
    }

    @Test("a lift that comes before its restriction wins, also over a restart")
    func liftFirst() async throws {
        #expect(try await book.lift(caseID: "c1", actor: "ann").outcome == .lifted)
        #expect(try await book.put(request("c1"), actor: "ann").outcome == .alreadyLifted)
        #expect(inForce() == nil)
        #expect(try await reopened().1.put(request("c1"), actor: "ann").outcome == .alreadyLifted)
    }

    @Test("a restriction holds from its effective time until its expiry")
    func times() async throws {
        _ = try await book.put(request("c1", effective: now + 1_000, expires: now + 2_000), actor: "ann")
        #expect(inForce() == nil)
        #expect(await book.standing(caseID: "c1")?.state(atMillis: now) == .pending)
        clock.pass(1_000)
        #expect(inForce() == "c1")
        clock.pass(999)
        #expect(inForce() == "c1")
        clock.pass(1)
        #expect(inForce() == nil)
        #expect(await book.standing(caseID: "c1")?.state(atMillis: now) == .expired)
    }

    @Test("of several cases in force the one that holds longest is told")
    func longest() async throws {
        _ = try await book.put(request("short", expires: now + 1_000), actor: "ann")
        _ = try await book.put(request("ever"), actor: "ann")
        _ = try await book.put(request("long", expires: now + 9_000), actor: "ann")
        #expect(inForce() == "ever")
    }

    @Test("a restriction of a store or device covers just that")
    func scopes() async throws {
        _ = try await book.put(request("s", scope: .store("S1")), actor: "ann")
        _ = try await book.put(request("d", scope: .device("D1")), actor: "ann")
        #expect(inForce() == nil)
        #expect(inForce(store: "S1") == "s")
        #expect(inForce(device: "D1") == "d")
        #expect(inForce(store: "S2", device: "D2") == nil)
    }

    @Test("a case cannot move to another merchant or scope")
    func caseDiffers() async throws {
        _ = try await book.put(request("c1"), actor: "ann")
        await #expect(throws: RestrictionError.caseDiffers(caseID: "c1")) {
            try await book.put(request("c1", merchant: "m2"), actor: "ann")
        }
        await #expect(throws: RestrictionError.caseDiffers(caseID: "c1")) {
            try await book.put(request("c1", scope: .store("S")), actor: "ann")
        }
        #expect(inForce("m2") == nil)
    }

    @Test("a case's expiry can be changed")
    func changedExpiry() async throws {
        _ = try await book.put(request("c1", expires: now + 1_000), actor: "ann")
        #expect(try await book.put(request("c1", expires: now + 5_000), actor: "bob").outcome == .restricted)
        clock.pass(2_000)
        #expect(inForce() == "c1")
        #expect(table.count == 1)
    }

    @Test("every change is in the audit trail, which goes on after a restart")
    func audit() async throws {
        _ = try await book.put(request("c1"), actor: "ann")
        _ = try await book.lift(caseID: "c1", reason: "cleared", actor: "bob")
        _ = try await reopened().1.put(request("c2"), actor: "cay")
        let entries = try await book.audit()
        #expect(entries.map(\.sequence) == [1, 2, 3])
        #expect(entries.map(\.actor) == ["ann", "bob", "cay"])
        #expect(entries.map(\.outcome) == [.restricted, .lifted, .restricted])
        #expect(entries.map(\.reason) == ["FAKE_ORDERS", "cleared", "FAKE_ORDERS"])
        #expect(try await book.audit(after: 1, countMax: 1).map(\.sequence) == [2])
    }

    @Test("a change the store refuses is not shown")
    func refusedByStore() async throws {
        engine.fail(with: .overloaded("busy"))
        await #expect(throws: RestrictionError.store(.overloaded("busy"))) {
            try await book.put(request("c1"), actor: "ann")
        }
        #expect(inForce() == nil)
        engine.fail(with: nil)
        #expect(try await book.put(request("c1"), actor: "ann").outcome == .restricted)
        #expect(try await book.audit().map(\.sequence) == [1])
    }

    @Test("a stored case that cannot be read stops the start instead of opening the gate")
    func unreadable() async throws {
        engine.set(.state(ConsumerID(rawValue: 2)), [1] + Array("c1".utf8), Array(#"{"version":2}"#.utf8))
        await #expect(throws: RestrictionError.self) { try await book.load() }
    }

    @Test("closed cases are forgotten after 100 days, open ones never")
    func sweep() async throws {
        _ = try await book.put(request("open"), actor: "ann")
        _ = try await book.put(request("lifted", merchant: "m2"), actor: "ann")
        _ = try await book.lift(caseID: "lifted", actor: "ann")
        _ = try await book.put(request("expired", merchant: "m3", expires: now + 1), actor: "ann")
        clock.pass(100 * 86_400_000)
        #expect(try await book.sweep() == 0)
        clock.pass(2)
        #expect(try await book.sweep() == 2)
        #expect(await book.list().map(\.caseID) == ["open"])
        #expect(await reopenedIDs() == ["open"])
    }

    private func reopenedIDs() async -> [String]? { try? await reopened().1.list().map(\.caseID) }

    @Test("open cases of one merchant are bounded")
    func bound() async throws {
        for number in 0..<MerchantLimits.casesPerMerchantMax {
            _ = try await book.put(request("c\(number)"), actor: "ann")
        }
        await #expect(throws: RestrictionError.self) { try await book.put(request("more"), actor: "ann") }
        _ = try await book.lift(caseID: "c0", actor: "ann")
        #expect(try await book.put(request("more"), actor: "ann").outcome == .restricted)
    }

    @Test(
        "a request of the wrong shape is refused with the member's name",
        arguments: [
            ("{}", "merchant_id"), (#"{"merchant_id":"m"}"#, "reason_code"),
            (#"{"merchant_id":"m","reason_code":"R","who":1}"#, "who"),
            (#"{"merchant_id":"m","reason_code":"R","store_id":"S","device_id":"D"}"#, "only one"),
            (#"{"merchant_id":"m","reason_code":"R","source":"me"}"#, "operator, risk or wechat"),
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
    func brokenRules() async {
        var bad = [request("c 1"), request(""), request("c", merchant: "m/1"), request("c", scope: .store(""))]
        bad.append(request("c", expires: now))
        bad.append(request("c", effective: -1))
        for request in bad {
            await #expect(throws: RestrictionError.self) { try await book.put(request, actor: "ann") }
        }
        #expect(table.count == 0)
    }
}
