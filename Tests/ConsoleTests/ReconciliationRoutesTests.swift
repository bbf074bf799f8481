import AccessControl
import Console
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Merchants
import MessageModel
import NIOCore
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire
import TradeBill

/// A desk that notes what it is asked.
private final class DeskStub: ReconciliationDesk, BillUpload {
    private struct State {
        var bytes: [UInt8] = []
        var sha1: String??
        var abandoned = 0
        var standing: ReconciliationStanding?
        var report: ReconciliationReport?
        var isBusy = false
    }
    private let state = Mutex(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var sha1: String?? { state.withLock { $0.sha1 } }
    var abandoned: Int { state.withLock { $0.abandoned } }

    func set(_ standing: ReconciliationStanding?, _ report: ReconciliationReport?) {
        state.withLock { ($0.standing, $0.report) = (standing, report) }
    }
    func setBusy(_ isBusy: Bool) { state.withLock { $0.isBusy = isBusy } }

    private func running(_ day: BeijingDay) throws(ReconciliationDeskError) -> ReconciliationStanding {
        if state.withLock({ $0.isBusy }) { throw .busy("another day runs") }
        return ReconciliationStanding(day: day, state: .running, startedAtMillis: 1_760_000_000_000)
    }

    func start(_ day: BeijingDay) async throws(ReconciliationDeskError) -> ReconciliationStanding { try running(day) }
    func upload(_ day: BeijingDay) async throws(ReconciliationDeskError) -> any BillUpload {
        _ = try running(day)
        return self
    }
    func list(countMax: Int) async throws(ReconciliationDeskError) -> [ReconciliationStanding] {
        state.withLock { state in state.standing.map { [$0] } ?? [] }
    }
    func day(
        _ day: BeijingDay
    ) async throws(ReconciliationDeskError) -> (standing: ReconciliationStanding, report: ReconciliationReport?)? {
        state.withLock { state in
            guard let standing = state.standing, standing.day == day else { return nil }
            return (standing, state.report)
        }
    }
    func append(_ bytes: [UInt8]) async throws(ReconciliationDeskError) {
        if bytes.first == 0 { throw .tooLarge(byteCountMax: 10) }
        state.withLock { $0.bytes += bytes }
    }
    func finish(sha1: String?) async throws(ReconciliationDeskError) -> ReconciliationStanding {
        state.withLock { $0.sha1 = .some(sha1) }
        return try running(BeijingDay(number: 20_369))
    }
    func abandon() async { state.withLock { $0.abandoned += 1 } }
}

@Suite("Console: reconciliations")
struct ReconciliationRoutesTests {
    private let desk = DeskStub()
    private let path = "/admin/v1/reconciliations/2025-10-08"

    private func with(_ body: @escaping @Sendable (_ ask: ConsoleTests.Ask) async throws -> Void) async throws {
        let store = TemporaryStore()
        let token = AccessTokens.makeToken()
        let desk = desk
        let problems = try await store.run { broker in
            let rules = MerchantRules(endpointURL: { _ in nil }, signingKey: { _ in nil })
            let directory = MerchantDirectory()
            let services = ConsoleServices(
                broker: broker, registry: MerchantRegistry(broker: broker, rules: rules, directory: directory),
                directory: directory,
                book: RestrictionBook(broker: broker, table: RestrictionTable(), time: store.time),
                tokens: try AccessTokens([.init(role: .operator, token: token)]), reconciliation: desk,
                metrics: { [] })
            try await Application(router: OperatorAPI.router(services)).test(.router) { client in
                try await body(ConsoleTests.Ask(client: client, token: token))
            }
        }.problems
        #expect(problems == [])
    }

    @Test("a run is started with 202, another is a conflict, a bad day is refused")
    func start() async throws {
        try await with { ask in
            let answer = try await ask(.post, path)
            #expect(answer.status == 202)
            #expect(
                answer.text.hasPrefix(
                    #"{"date":"2025-10-08","state":"running","reason":"","started_at":"2025-10-09T08:53:20.000Z""#))
            #expect(try await ask(.post, path + "?sha1=" + String(repeating: "a", count: 40)).status == 400)
            #expect(try await ask(.post, "/admin/v1/reconciliations/2025-02-30").status == 400)
            #expect(try await ask(.post, path, token: .some(nil)).status == 401)
            desk.setBusy(true)
            let busy = try await ask(.post, path)
            #expect(busy.status == 409 && busy.text.contains("reconciliation_running"))
        }
    }

    @Test("a bill in the body is streamed to the desk with its hash; a refused one is abandoned")
    func upload() async throws {
        try await with { ask in
            let sha1 = String(repeating: "AB", count: 20)
            #expect(try await ask(.post, path + "?sha1=\(sha1)", "a bill").status == 202)
            #expect(desk.bytes == Array("a bill".utf8) && desk.sha1 == .some(sha1.lowercased()))
            #expect(try await ask(.post, path + "?sha1=xyz", "a bill").status == 400)
            let refused = try await ask(.post, path, "\0")
            #expect(refused.status == 413 && desk.abandoned == 1)
        }
    }

    @Test("a report is shown as JSON, text and page; the page runs nothing")
    func show() async throws {
        let day = try #require(BeijingDay("2025-10-08"))
        var report = ReconciliationReport(day: day)
        report.layout = .all
        report.classes[.differs].add(5)
        report.findings = [
            ReconciliationFinding(kind: .differs, merchantID: "1", transactionID: "<script>", outTradeNo: "o")
        ]
        let made = report
        try await with { ask in
            #expect(try await ask(.get, path).status == 404)
            desk.set(ReconciliationStanding(day: day, state: .failed, reason: "no hash", startedAtMillis: 0), nil)
            #expect(try await ask(.get, path).text.contains(#""reason":"no hash""#))
            #expect(try await ask(.get, path + "?format=text").text.contains("no hash"))
            desk.set(
                ReconciliationStanding(
                    day: day, state: .complete, startedAtMillis: 0, endedAtMillis: 1, hasReport: true,
                    classes: made.classes), made)
            let json = try await ask(.get, path).text
            #expect(json.hasSuffix(#","report":"# + String(decoding: made.encode(), as: UTF8.self) + "}"))
            #expect(try await ask(.get, path + "?format=text").text == made.text)
            let page = try await ask(.get, path + "?format=page").text
            #expect(page.contains("&lt;script&gt;") && !page.contains("<script"))
            #expect(
                try await ask(.get, path + "?format=state").text.contains(
                    #""classes":{"matched":{"count":0,"amount":0},"differs":{"count":1,"amount":5}}"#))
            #expect(try await ask(.get, path + "?format=xml").status == 400)
            #expect(
                try await ask(.get, "/admin/v1/reconciliations").text.contains(
                    #""date":"2025-10-08","state":"complete""#))
        }
    }
}
