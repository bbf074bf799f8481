import AccessControl
import Console
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Merchants
import MessageModel
import NoticeRating
import NIOCore
import PaymentNotice
import QueueStore
import TestSupport
import Testing
import Tillwire

/// One hour of one day, and one announcement.
struct RatingStub: RatingDesk, AnnouncementDesk {
    func report(hourCountMax: Int, dayCountMax: Int) async -> RatingReport {
        let ledger = RatingLedger()
        let start: Int64 = 1_759_996_800_000
        ledger.record(
            [RatedAnswer(.stored, micros: 1_500, notice: 1), RatedAnswer(.failed(.late), micros: 1, notice: nil)],
            atMillis: start)
        let tally = ledger.window(atMillis: start)
        let period = RatingReport.Period(startMillis: start, tally: tally)
        return RatingReport(
            alarm: RatingAlarm(RatingThresholds()), window: tally, hours: hourCountMax > 0 ? [period] : [],
            days: dayCountMax > 0 ? [period] : [])
    }

    func announcements(countMax: Int) async -> [MerchantAnnouncement] {
        [
            MerchantAnnouncement(
                number: 1, atMillis: 0, eventType: "VIOLATION.PUNISH", caseID: "R1", merchantID: "m1",
                state: "PUNISHMENT", text: "closed", outcome: .restricted)
        ]
    }
}

@Suite("Console")
struct ConsoleTests {
    private let store = TemporaryStore()
    private let directory = MerchantDirectory()
    private let table = RestrictionTable()
    private let token = AccessTokens.makeToken()
    private let gateToken = AccessTokens.makeToken()
    private let riskToken = AccessTokens.makeToken()
    private let rating = RatingStub()

    /// Runs `body` against the routes, in process, over a store of its own, which must be sound afterwards.
    ///
    /// - Parameter prepare: what happens to the store before the first request.
    private func with(
        unreadiness: String? = nil, prepare: @escaping @Sendable (EmbeddedBroker) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (_ ask: Ask) async throws -> Void
    ) async throws {
        let tokens = try AccessTokens([
            .init(role: .operator, token: token), .init(role: .gate, token: gateToken),
            .init(role: .risk, token: riskToken),
        ])
        let problems = try await store.run { broker in
            try await prepare(broker)
            let application = Application(router: OperatorAPI.router(services(broker, tokens, unreadiness)))
            try await application.test(.router) { try await body(Ask(client: $0, token: token)) }
        }.problems
        #expect(problems.isEmpty)
    }

    private func services(
        _ broker: EmbeddedBroker, _ tokens: AccessTokens, _ unreadiness: String?
    ) -> ConsoleServices<Store> {
        let rules = MerchantRules(
            endpointURL: { $0.hasPrefix("https://") ? nil : "only https is allowed" }, signingKey: { _ in nil })
        return ConsoleServices(
            broker: broker, registry: MerchantRegistry(broker: broker, rules: rules, directory: directory),
            directory: directory, book: RestrictionBook(broker: broker, table: table, time: store.time), tokens: tokens,
            rating: rating, announcements: rating,
            backup: { folder throws(BrokerError) in try await broker.backup(to: folder) },
            sections: [
                StatusSection(name: "gate") { [("accepted", .count(7)), ("by", .object([("x", .flag(true))]))] }
            ], metrics: { Array("up 1\n".utf8) }, unreadiness: { unreadiness })
    }

    struct Ask: Sendable {
        let client: any TestClientProtocol
        let token: String

        func callAsFunction(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token given: String?? = nil
        ) async throws -> (status: Int, text: String) {
            var headers = HTTPFields()
            if let token = given ?? token { headers[.authorization] = "Bearer \(token)" }
            if let body { headers[.contentLength] = "\(body.utf8.count)" }
            return try await client.execute(
                uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
            ) { ($0.status.code, String(buffer: $0.body)) }
        }
    }

    private static let merchant =
        #"{"name":"shop","endpoint":{"url":"https://x.example/","secrets":["whsec_topsecret"]}}"#

    @Test("a merchant is registered, shown without secrets, listed and deleted")
    func merchants() async throws {
        try await with { (ask: Ask) async throws in
            let put = try await ask(.put, "/admin/v1/merchants/1900000109", Self.merchant)
            #expect(put.status == 201)
            #expect(try await ask(.put, "/admin/v1/merchants/1900000109", Self.merchant).status == 200)
            let shown = try await ask(.get, "/admin/v1/merchants/1900000109")
            #expect(shown.status == 200)
            #expect(shown.text.contains(#""merchant_id":"1900000109","name":"shop","state":"active""#))
            #expect(!(put.text + shown.text).contains("topsecret"))
            #expect(try await ask(.delete, "/admin/v1/merchants/1900000109").status == 204)
            #expect(try await ask(.delete, "/admin/v1/merchants/1900000109").status == 404)
            #expect(try await ask(.get, "/admin/v1/merchants/1900000109").status == 404)
        }
    }

    @Test("a listing comes in pages")
    func pages() async throws {
        try await with { (ask: Ask) async throws in
            for id in ["a", "b", "c"] { _ = try await ask(.put, "/admin/v1/merchants/\(id)", "{}") }
            let first = try await ask(.get, "/admin/v1/merchants?limit=2")
            #expect(first.text.contains(#""merchant_id":"b""#))
            #expect(first.text.hasSuffix(#""next":"b"}"#))
            let second = try await ask(.get, "/admin/v1/merchants?limit=2&after=b")
            #expect(second.text.contains(#""merchant_id":"c""#))
            #expect(second.text.hasSuffix(#""next":null}"#))
            #expect(try await ask(.get, "/admin/v1/merchants?limit=0").status == 400)
        }
    }

    @Test(
        "a bad merchant gets 400 with what is allowed",
        arguments: [
            ("{", "byte"), (#"{"nam":1}"#, "nam"), (#"{"endpoint":{"url":"http://x/","secrets":["s"]}}"#, "https"),
        ])
    func badMerchant(body: String, expected: String) async throws {
        try await with { (ask: Ask) async throws in
            let answer = try await ask(.put, "/admin/v1/merchants/1", body)
            #expect(answer.status == 400)
            #expect(answer.text.contains(#""code":"bad_request""#))
            #expect(answer.text.contains(expected), "\(answer.text)")
        }
    }

    @Test("a body above the bound gets 413")
    func largeBody() async throws {
        try await with { (ask: Ask) async throws in
            let padding = String(repeating: " ", count: ConsoleLimits.bodyByteCountMax)
            #expect(try await ask(.put, "/admin/v1/merchants/1", "{}" + padding).status == 413)
        }
    }

    @Test("a merchant is restricted and opened again, and the trail tells both")
    func restrictions() async throws {
        let table = table
        try await with { (ask: Ask) async throws in
            let path = "/admin/v1/restrictions/case-1"
            let body =
                #"{"merchant_id":"m","reason_code":"FAKE","reason":"fake orders","expires":"2030-01-01T00:00:00Z"}"#
            let put = try await ask(.put, path, body)
            #expect(put.status == 200)
            #expect(put.text.contains(#""outcome":"restricted""#))
            #expect(put.text.contains(#""state":"in_force""#))
            #expect(put.text.contains(#""expires":"2030-01-01T00:00:00.000Z""#))
            #expect(table.restriction(merchant: "m", store: nil, device: nil, atMillis: 1_760_000_000_000) != nil)
            #expect(try await ask(.put, path, body).text.contains("unchanged"))
            let differs = body.replacing(#""m""#, with: #""n""#)
            #expect(try await ask(.put, path, differs).status == 409)
            #expect(
                try await ask(.post, path + "/lift", #"{"reason":"cleared"}"#).text.contains(#""outcome":"lifted""#))
            #expect(try await ask(.post, path + "/lift").text.contains("unchanged"))
            #expect(try await ask(.put, path, body).text.contains("already_lifted"))
            #expect(table.count == 0)
            #expect(try await ask(.get, path).text.contains(#""state":"lifted""#))
            #expect(try await ask(.get, "/admin/v1/restrictions?merchant_id=m").text.contains("case-1"))
            let others = try await ask(.get, "/admin/v1/restrictions?merchant_id=n")
            #expect(!others.text.contains("case-1"))
            let audit = try await ask(.get, "/admin/v1/audit")
            #expect(audit.text.contains(#""sequence":1"#))
            #expect(audit.text.contains(#""action":"lifted""#))
        }
    }

    @Test("an unknown case is 404, a malformed lift 400")
    func badRestrictions() async throws {
        try await with { (ask: Ask) async throws in
            #expect(try await ask(.get, "/admin/v1/restrictions/none").status == 404)
            #expect(try await ask(.post, "/admin/v1/restrictions/c/lift", #"{"why":"x"}"#).status == 400)
            #expect(try await ask(.post, "/admin/v1/restrictions/c/lift", #"{"reason":1}"#).status == 400)
            #expect(try await ask(.get, "/admin/v1/audit?after=x").status == 400)
        }
    }

    @Test("a store that refuses is 503")
    func storeClosed() async throws {
        try await with(prepare: { await $0.close() }) { (ask: Ask) async throws in
            let answer = try await ask(.put, "/admin/v1/merchants/1", "{}")
            #expect(answer.status == 503)
            #expect(answer.text.contains("store_unavailable"))
        }
    }

    @Test("an order is shown as it stands")
    func orders() async throws {
        let message = OrderPaymentMessage(
            PaidTransaction(
                mode: .partner, providerMerchantID: "190", merchantID: "m", appID: "wx", outTradeNo: "T1",
                transactionID: "4200", tradeType: "JSAPI", tradeState: "SUCCESS", tradeStateDescription: "",
                bankType: "X",
                attach: "", successTime: "2026-01-02T03:04:05+08:00", payer: "p", amount: 100,
                payerAmount: 90, currency: "CNY", payerCurrency: "CNY", deviceID: ""), storeID: "S", source: .notice)
        let record = OrderRecord(
            message, bodyHash: Array(repeating: 171, count: 32), receivedAtMillis: 1_700_000_000_000, state: .held)
        let row = RowChange(space: .orders, key: "4200", value: Bytes(record.encode()))
        try await with(prepare: { try await $0.commit(Transaction(rows: [row])) }) { (ask: Ask) async throws in
            let answer = try await ask(.get, "/admin/v1/orders/4200")
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""state":"held","merchant_id":"m","out_trade_no":"T1","amount":100"#))
            #expect(answer.text.contains(#""received":"2023-11-14T22:13:20.000Z""#))
            #expect(answer.text.contains(#""acknowledged":null"#))
            #expect(answer.text.contains("abababab"))
            #expect(try await ask(.get, "/admin/v1/orders/42").status == 404)
            #expect(try await ask(.get, "/admin/v1/orders/\(String(repeating: "1", count: 33))").status == 400)
        }
    }

    @Test("status shows queues, engine, merchants and what services report")
    func status() async throws {
        let time = store.time
        try await with(prepare: { broker in
            let queue = try await broker.createQueue("merchant-orders")
            try await queue.send("one")
            _ = try await queue.receive()
            try await queue.send("two")
            time.advance(milliseconds: 1_500)
        }) { (ask: Ask) async throws in
            let answer = try await ask(.get, "/admin/v1/status")
            #expect(answer.status == 200)
            #expect(answer.text.contains(#"{"name":"merchant-orders","waiting":2,"leased":1,"delayed":0"#))
            #expect(answer.text.contains(#""oldest_age_millis":1500"#))
            #expect(answer.text.contains(#""services":{"gate":{"accepted":7,"by":{"x":true}}}"#))
            let verify = try await ask(.post, "/admin/v1/verify")
            #expect(verify.text.contains(#""messages":2,"#))
            #expect(verify.text.hasSuffix(#""problems":[]}"#))
        }
    }

    @Test("a backup of the running store goes to a new folder; anything else is refused with a reason")
    func backup() async throws {
        let target = TemporaryFolder()
        try await with(prepare: { try await $0.createQueue("q").send("kept") }) { (ask: Ask) async throws in
            let folder = target.path + "/copy"
            let made = try await ask(.post, "/admin/v1/backup", #"{"folder":"\#(folder)"}"#)
            #expect(made.status == 200)
            #expect(made.text.contains(#""messages":1"#))
            #expect(try Store.verify(folder: folder).messageCount == 1)
            let again = try await ask(.post, "/admin/v1/backup", #"{"folder":"\#(folder)"}"#)
            #expect(again.status >= 400)
            #expect(again.text.contains("not empty"))
            #expect(try await ask(.post, "/admin/v1/backup", #"{"folder":"copy"}"#).status == 400)
            #expect(try await ask(.post, "/admin/v1/backup", "{}").status == 400)
        }
    }

    @Test("a risk system's callback restricts and lifts, idempotently, by its own token")
    func callback() async throws {
        let (riskToken, gateToken) = (riskToken, gateToken)
        try await with { (ask: Ask) async throws in
            let path = "/callback/v1/restrictions"
            func body(_ state: String, _ second: Int, _ more: String = "") -> String {
                #"{"state":"\#(state)","business_time":"2025-10-09T08:00:0\#(second)Z","merchant_id":"m1"\#(more)}"#
            }
            let reason = #","reason_code":"FRAUD","reason":"cards","store_id":"S1""#
            #expect(try await ask(.put, path + "/c1", body("PUNISHMENT", 1, reason), token: gateToken).status == 401)
            #expect(try await ask(.put, path + "/c1", body("PUNISHMENT", 1, reason), token: .some(nil)).status == 401)
            let put = try await ask(.put, path + "/c1", body("PUNISHMENT", 1, reason), token: riskToken)
            #expect(put.status == 200)
            #expect(put.text.contains(#""outcome":"restricted""#))
            #expect(put.text.contains(#""state":"in_force""#))
            #expect(put.text.contains(#""actions":["NO_TRANSACTION"]"#))
            #expect(put.text.contains(#""source":"external""#))
            let again = try await ask(.put, path + "/c1", body("PUNISHMENT", 1, reason), token: riskToken)
            #expect(again.text.contains(#""outcome":"unchanged""#))
            let other = try await ask(.put, path + "/c1", body("PUNISHMENT", 1, #","reason_code":"B","store_id":"S1""#))
            #expect(other.status == 409)
            #expect(other.text.contains("state_differs"))
            let lift = #"{"case_id":"c1","state":"RECOVERY","business_time":"2025-10-09T08:00:09Z"}"#
            #expect(try await ask(.post, path, lift, token: riskToken).text.contains(#""outcome":"lifted""#))
            let late = try await ask(.put, path + "/c1", body("PUNISHMENT", 5, reason), token: riskToken)
            #expect(late.text.contains(#""outcome":"outdated""#))
            #expect(try await ask(.get, path + "/c1", token: riskToken).text.contains(#""announced":"RECOVERY""#))
            #expect(try await ask(.get, path + "/c2", token: riskToken).status == 404)
            #expect(
                try await ask(.put, path + "/risk-1", body("PUNISHMENT", 1, reason), token: riskToken).status == 400)
            #expect(try await ask(.put, path + "/c3", "{", token: riskToken).status == 400)
            let ahead = #"{"state":"RECOVERY","business_time":"2025-10-10T08:00:00Z"}"#
            let refused = try await ask(.put, path + "/c3", ahead, token: riskToken)
            #expect(refused.status == 400 && refused.text.contains("5 minutes ahead"), "\(refused.text)")
            let audit = try await ask(.get, "/admin/v1/audit")
            #expect(audit.text.contains(#""actor":"callback:operator","action":"restricted","case_id":"c1""#))
            #expect(audit.text.contains(#""action":"lifted""#))
            #expect(try await ask(.get, "/admin/v1/audit", token: riskToken).status == 401)
        }
    }

    @Test("the rating is answered as JSON and as text, by Beijing's hours")
    func showsRating() async throws {
        try await with { (ask: Ask) async throws in
            let json = try await ask(.get, "/admin/v1/rating")
            #expect(json.status == 200)
            #expect(json.text.contains(#""alarm":{"level":"good","since":null"#))
            #expect(json.text.contains(#""hours":[{"start":"2025-10-09T16:00:00+08:00","deliveries":2,"successes":1,"#))
            #expect(json.text.contains(#""success_ppm":500000"#))
            #expect(json.text.contains(#""failures":{"late":1}"#))
            let text = try await ask(.get, "/admin/v1/rating?format=text&hours=0&days=1")
            #expect(text.text.hasPrefix("rating: good\n"))
            #expect(text.text.contains("50.0000 %"))
            #expect(!text.text.contains("2025-10-09 16:00"))
            for wrong in ["format=xml", "hours=-1", "hours=841", "days=x"] {
                #expect(try await ask(.get, "/admin/v1/rating?" + wrong).status == 400)
            }
        }
    }

    @Test("what the platform announced is shown")
    func showsAnnouncements() async throws {
        try await with { (ask: Ask) async throws in
            let answer = try await ask(.get, "/admin/v1/announcements")
            #expect(answer.text.contains(#""event_type":"VIOLATION.PUNISH","merchant_id":"m1","case_id":"R1""#))
            #expect(answer.text.contains(#""outcome":"restricted""#))
        }
    }

    @Test("without an operator's token the API answers nothing")
    func authorization() async throws {
        let gateToken = gateToken
        try await with { (ask: Ask) async throws in
            for path in ["/admin/v1/status", "/admin/v1/merchants", "/admin/v1/audit", "/admin/v1/orders/1"] {
                #expect(try await ask(.get, path, token: .some(nil)).status == 401)
                #expect(try await ask(.get, path, token: gateToken).status == 401)
                #expect(try await ask(.get, path, token: AccessTokens.makeToken()).status == 401)
            }
        }
    }

    @Test("health, readiness and metrics need no token")
    func probes() async throws {
        try await with { (ask: Ask) async throws in
            #expect(try await ask(.get, "/healthz", token: .some(nil)).status == 200)
            #expect(try await ask(.get, "/readyz", token: .some(nil)).status == 200)
            #expect(try await ask(.get, "/metrics", token: .some(nil)).text == "up 1\n")
        }
        try await with(unreadiness: "the store is full") { (ask: Ask) async throws in
            let answer = try await ask(.get, "/readyz", token: .some(nil))
            #expect(answer.status == 503)
            #expect(answer.text.contains("the store is full"))
        }
    }

    @Test("an unknown path answers in the API's own form")
    func unknownPath() async throws {
        try await with { (ask: Ask) async throws in
            let answer = try await ask(.get, "/nothing")
            #expect(answer.status == 404)
            #expect(answer.text.contains(#""code":"not_found""#))
        }
    }
}
