import AccessControl
import Console
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Merchants
import MessageModel
import NIOCore
import PaymentEntry
import QueueStore
import TestSupport
import Testing
import Tillwire

/// Says what a test wants.
private struct DeskStub: RecoveryDesk {
    func report() async -> RecoveryReport {
        var report = RecoveryReport()
        report.announcements.openCount = 3
        report.nextDueMillis = 1_760_000_060_000
        report.answers = [("open", 4), ("paid", 1)]
        report.dropped = [("not_found", 2)]
        report.foundOrders = 1
        report.found = [
            FoundEntry(
                key: .refund(merchantID: "1630000001", outRefundNo: "R1"), platformNumber: "5000", amountFen: 300,
                announcedAtMillis: nil, foundAtMillis: 1_760_000_000_000, isNew: false)
        ]
        return report
    }

    func ask(merchantID: String, outTradeNo: String) async throws(RecoveryDeskError) -> RecoveryAnswer {
        switch outTradeNo {
        case "paid":
            RecoveryAnswer(
                answer: "paid", tradeState: "SUCCESS", wasAnnounced: true, transactionID: "4200", amountFen: 1_250,
                fate: .stored)
        case "open": RecoveryAnswer(answer: "open", tradeState: "NOTPAY", wasAnnounced: false)
        case "down": throw .platform("WeChat Pay was not reached: connect")
        case "full": throw .overloaded
        default: throw .badNumber("out_trade_no must be something else")
        }
    }
}

@Suite("Console: recovery")
struct RecoveryRoutesTests {
    private let store = TemporaryStore()
    private let token = AccessTokens.makeToken()

    private func ask(
        _ desk: DeskStub?, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, isOperator: Bool = true
    ) async throws -> (status: Int, text: String) {
        let tokens = try AccessTokens([.init(role: .operator, token: token)])
        return try await store.run { broker in
            let directory = MerchantDirectory()
            let services = ConsoleServices(
                broker: broker,
                registry: MerchantRegistry(
                    broker: broker, rules: MerchantRules(endpointURL: { _ in nil }, signingKey: { _ in nil }),
                    directory: directory), directory: directory,
                book: RestrictionBook(broker: broker, table: RestrictionTable(), time: store.time), tokens: tokens,
                recovery: desk, metrics: { [] })
            return try await Application(router: OperatorAPI.router(services)).test(.router) { client in
                var headers = HTTPFields()
                if isOperator { headers[.authorization] = "Bearer \(token)" }
                if let body { headers[.contentLength] = "\(body.utf8.count)" }
                return try await client.execute(
                    uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
                ) { ($0.status.code, String(buffer: $0.body)) }
            }
        }.result
    }

    @Test("the report shows counts, what is due next and what was found")
    func report() async throws {
        let answer = try await ask(DeskStub(), .get, "/admin/v1/recovery")
        #expect(answer.status == 200)
        for part in [
            #""open":3"#, #""next_due":"2025-10-09T08:54:20.000Z""#, #""answers":{"open":4,"paid":1}"#,
            #""dropped":{"not_found":2}"#, #""paused_until":null"#,
            #""found":[{"kind":"refund","merchant_id":"1630000001","out_refund_no":"R1","refund_id":"5000","amount":300,"announced":null"#,
            #""entered":"duplicate""#,
        ] { #expect(answer.text.contains(part), "\(part) in \(answer.text)") }
    }

    @Test(
        "an order is asked for now",
        arguments: [
            (
                "paid", 200,
                #""answer":"paid","trade_state":"SUCCESS","was_announced":true,"transaction_id":"4200","amount":1250,"entered":"stored""#
            ),
            (
                "open", 200,
                #""answer":"open","trade_state":"NOTPAY","was_announced":false,"transaction_id":null,"amount":null,"entered":null"#
            ),
            ("down", 502, #""code":"platform_failed","message":"WeChat Pay was not reached: connect""#),
            ("full", 503, #""code":"overloaded""#), ("a/b", 400, #""code":"bad_request""#),
        ])
    func asks(number: String, status: Int, part: String) async throws {
        let answer = try await ask(
            DeskStub(), .post, "/admin/v1/recovery/orders",
            #"{"merchant_id":"1630000001","out_trade_no":"\#(number)"}"#)
        #expect(answer.status == status)
        #expect(answer.text.contains(part), "\(answer.text)")
    }

    @Test(
        "a body that is no question gets 400",
        arguments: [
            "{}", #"{"merchant_id":"1"}"#, #"{"merchant_id":1,"out_trade_no":"T"}"#, "[]",
            #"{"merchant_id":"1","out_trade_no":"T","more":1}"#,
        ])
    func badBody(body: String) async throws {
        #expect(try await ask(DeskStub(), .post, "/admin/v1/recovery/orders", body).status == 400)
    }

    @Test("without an operator's token nothing is told; where recovery does not run there is no such path")
    func closed() async throws {
        #expect(try await ask(DeskStub(), .get, "/admin/v1/recovery", isOperator: false).status == 401)
        #expect(try await ask(nil, .get, "/admin/v1/recovery").status == 404)
    }
}
