import AccessControl
import HTTPDataPlane
import Merchants
import MessageModel
import NIOCore
import PaymentEntry
import PaymentGate
import Synchronization
import Testing

/// Keeps the answers of exchanges.
final class AnswerKeeper: ResponseSink {
    private let answers = Mutex<[DataPlaneResponse]>([])

    func deliver(_ response: DataPlaneResponse) { answers.withLock { $0.append(response) } }
    var all: [DataPlaneResponse] { answers.withLock { $0 } }
}

/// A clock that stands still.
struct StandingClock: TimeSource {
    var now: Timestamp { Timestamp(milliseconds: 1_700_000_000_000) }
    func advance(toAtLeast moment: Timestamp) {}
    func realMilliseconds(for milliseconds: UInt64) -> UInt64? { nil }
    func onJump(_ body: @escaping @Sendable () -> Void) {}
}

@Suite("Payment gate")
struct PaymentGateTests {
    private let merchants = MerchantDirectory()
    private let restrictions = RestrictionTable()
    private let token = AccessTokens.makeToken()
    private let gate: Gatekeeper

    init() throws {
        let tokens = try AccessTokens([.init(role: .gate, token: token)])
        gate = Gatekeeper(merchants: merchants, restrictions: restrictions, tokens: tokens, time: StandingClock())
        merchants.replace(Merchant(merchantID: "m1", stores: [MerchantStore(storeID: "S1", deviceIDs: ["D1"])]))
        merchants.replace(Merchant(merchantID: "m2", state: .paused))
    }

    private let order = #""out_trade_no":"T1","amount":1250"#

    private func ask(
        _ body: String, method: String = "POST", path: String = "/gate/v1/payment-requests", token given: String? = nil
    ) -> (status: Int, body: String) {
        let keeper = AnswerKeeper()
        let request = DataPlaneRequest(
            method: method, target: path, headers: ["Authorization": "Bearer \(given ?? token)"],
            body: ByteBuffer(string: body))
        gate.handle([DataPlaneExchange(request: request, sink: keeper)])
        #expect(keeper.all.count == 1)
        guard let answer = keeper.all.first else { return (0, "") }
        return (answer.status, String(buffer: answer.body))
    }

    private func restrict(
        _ caseID: String, scope: RestrictionScope = .merchant, text: String = "fake orders", expires: Int64? = nil
    ) {
        restrictions.put(
            Restriction(
                caseID: caseID, merchantID: "m1", scope: scope, reasonCode: "FAKE", reasonText: text, source: .operator,
                effectiveAtMillis: 0, expiresAtMillis: expires))
    }

    @Test("a registered merchant that nobody restricted is accepted, with an id of its own each time")
    func accepts() {
        let first = ask(#"{"merchant_id":"m1",\#(order)}"#)
        let second = ask(#"{"merchant_id":"m1",\#(order)}"#)
        #expect(first.status == 200)
        #expect(first.body.hasPrefix(#"{"decision":"accept","request_id":""#))
        #expect(first.body != second.body)
        #expect(gate.figures.accepted == 2)
    }

    @Test("a paused merchant is accepted: pause concerns pushing only")
    func paused() {
        #expect(ask(#"{"merchant_id":"m2",\#(order)}"#).status == 200)
    }

    @Test("an unknown merchant is refused")
    func unknown() {
        let answer = ask(#"{"merchant_id":"nobody",\#(order)}"#)
        #expect(answer.status == 404)
        #expect(answer.body.contains(#""decision":"refuse","code":"MERCHANT_UNKNOWN""#))
        #expect(gate.figures.unknownMerchant == 1)
    }

    @Test("a restricted merchant is refused with reason, case and expiry")
    func restricted() {
        restrict("c1", expires: 1_800_000_000_000)
        let answer = ask(#"{"merchant_id":"m1",\#(order)}"#)
        #expect(answer.status == 403)
        #expect(
            answer.body.contains(
                #""code":"MERCHANT_RESTRICTED","reason":"fake orders","reason_code":"FAKE","case_id":"c1""#))
        #expect(answer.body.contains(#""expires":"2027-01-15T08:00:00.000Z""#))
        #expect(ask(#"{"merchant_id":"m2",\#(order)}"#).status == 200)
        #expect(gate.figures.restricted == 1)
    }

    @Test("a restriction without expiry says so")
    func withoutExpiry() {
        restrict("c1", text: "")
        let answer = ask(#"{"merchant_id":"m1",\#(order)}"#)
        #expect(answer.body.contains(#""reason":"FAKE""#))
        #expect(answer.body.contains(#""expires":null"#))
    }

    @Test("a refusal tells the scope and who asked for it")
    func scope() {
        restrict("c1", scope: .device("D1"))
        let device = ask(#"{"merchant_id":"m1","device_id":"D1",\#(order)}"#).body
        #expect(device.contains(#""scope":"device","device_id":"D1","source":"operator""#))
        restrict("c2", scope: .store("S1"), expires: 1_800_000_000_000)
        let store = ask(#"{"merchant_id":"m1","store_id":"S1",\#(order)}"#).body
        #expect(store.contains(#""scope":"store","store_id":"S1""#))
        restrict("c3")
        #expect(ask(#"{"merchant_id":"m1",\#(order)}"#).body.contains(#""scope":"merchant","source""#))
    }

    @Test("what closes other functions than payments refuses no payment", arguments: LimitedFunction.allCases)
    func functions(function: LimitedFunction) {
        restrictions.put(
            Restriction(
                caseID: "c1", merchantID: "m1", scope: .merchant, reasonCode: "R", reasonText: "", source: .wechat,
                actions: [function], effectiveAtMillis: 0, expiresAtMillis: nil))
        let isRefused = [.noTransaction, .noTransactionAndRecharge].contains(function)
        #expect(ask(#"{"merchant_id":"m1",\#(order)}"#).status == (isRefused ? 403 : 200))
    }

    @Test("an expired restriction refuses nobody")
    func expired() {
        restrict("c1", expires: 1_700_000_000_000)
        #expect(ask(#"{"merchant_id":"m1",\#(order)}"#).status == 200)
    }

    @Test("a restricted store is known by its devices, whatever store the request names")
    func storeByDevice() {
        restrict("c1", scope: .store("S1"))
        #expect(ask(#"{"merchant_id":"m1",\#(order)}"#).status == 200)
        #expect(ask(#"{"merchant_id":"m1","store_id":"S1",\#(order)}"#).status == 403)
        #expect(ask(#"{"merchant_id":"m1","device_id":"D1",\#(order)}"#).status == 403)
        #expect(ask(#"{"merchant_id":"m1","store_id":"S9","device_id":"D1",\#(order)}"#).status == 403)
    }

    @Test("a restricted device is refused, others of the merchant are not")
    func device() {
        restrict("c1", scope: .device("D1"))
        #expect(ask(#"{"merchant_id":"m1","device_id":"D1",\#(order)}"#).status == 403)
        #expect(ask(#"{"merchant_id":"m1","device_id":"D2",\#(order)}"#).status == 200)
    }

    @Test(
        "a body that is no payment request is refused with what is allowed",
        arguments: [
            ("", "byte 0"), ("[]", "object"), (#"{"merchant_id":"m1","out_trade_no":"T"}"#, "amount"),
            (#"{"merchant_id":"m1","out_trade_no":"T","amount":0}"#, "amount"),
            (#"{"merchant_id":"m1","out_trade_no":"T","amount":1.5}"#, "amount"),
            (#"{"merchant_id":"m1","out_trade_no":"T","amount":"1"}"#, "amount"),
            (#"{"merchant_id":"m1","amount":1}"#, "out_trade_no"), (#"{"out_trade_no":"T","amount":1}"#, "merchant_id"),
            (#"{"merchant_id":7,"out_trade_no":"T","amount":1}"#, "merchant_id"),
            (#"{"merchant_id":"m1","out_trade_no":"T","amount":1,"stroe_id":"S"}"#, "store_id"),
            (#"{"merchant_id":"m1","merchant_id":"m2","out_trade_no":"T","amount":1}"#, "only once"),
        ])
    func badBody(body: String, expected: String) {
        let answer = ask(body)
        #expect(answer.status == 400)
        #expect(answer.body.contains("BAD_REQUEST"))
        #expect(answer.body.contains(expected), "\(answer.body)")
    }

    @Test("a body above the bound is refused")
    func largeBody() {
        let padding = String(repeating: " ", count: PaymentGateLimits.bodyByteCountMax)
        #expect(ask(#"{"merchant_id":"m1",\#(order)}"# + padding).status == 400)
    }

    @Test("without the gate's token nothing is told, not even whether a merchant exists")
    func unauthorized() {
        let answer = ask(#"{"merchant_id":"nobody",\#(order)}"#, token: AccessTokens.makeToken())
        #expect(answer.status == 401)
        #expect(!answer.body.contains("MERCHANT"))
        #expect(gate.figures.unauthorized == 1)
    }

    @Test("other methods and paths are refused")
    func otherRequests() {
        #expect(ask("", method: "GET").status == 405)
        #expect(ask("", path: "/gate/v1/other").status == 404)
    }
}

@Suite("Payment gate: announcements")
struct GateAnnouncementTests {
    private let merchants = MerchantDirectory()
    private let restrictions = RestrictionTable()
    private let book = AnnouncementBook(openCountMax: 3)
    private let token = AccessTokens.makeToken()
    private let gate: Gatekeeper

    init() throws {
        gate = Gatekeeper(
            merchants: merchants, restrictions: restrictions,
            tokens: try AccessTokens([.init(role: .gate, token: token)]), time: StandingClock(), announcements: book)
        merchants.replace(Merchant(merchantID: "m1"))
    }

    private func ask(_ path: String, _ body: String) -> Int {
        let keeper = AnswerKeeper()
        let request = DataPlaneRequest(
            method: "POST", target: path, headers: ["Authorization": "Bearer \(token)"], body: ByteBuffer(string: body))
        gate.handle([DataPlaneExchange(request: request, sink: keeper)])
        return keeper.all.first?.status ?? 0
    }

    private func pay(_ number: String, merchant: String = "m1") -> Int {
        ask("/gate/v1/payment-requests", #"{"merchant_id":"\#(merchant)","out_trade_no":"\#(number)","amount":1250}"#)
    }

    private func refund(_ more: String, merchant: String = "m1") -> Int {
        ask("/gate/v1/refund-requests", #"{"merchant_id":"\#(merchant)",\#(more)}"#)
    }

    @Test("what is accepted is announced, what is refused is not")
    func announces() {
        #expect(pay("T1") == 200)
        #expect(pay("T2", merchant: "nobody") == 404)
        restrictions.put(
            Restriction(
                caseID: "c1", merchantID: "m1", scope: .merchant, reasonCode: "FAKE", reasonText: "", source: .operator,
                effectiveAtMillis: 0, expiresAtMillis: nil))
        #expect(pay("T3") == 403)
        let added = book.takeChanges().added
        #expect(added.map(\.announcement.key) == [.order(merchantID: "m1", outTradeNo: "T1")])
        #expect(added.first?.announcement.amountFen == 1_250)
        // What was paid before the restriction may be refunded.
        #expect(refund(#""out_trade_no":"T1","out_refund_no":"R1","amount":300"#) == 200)
        #expect(gate.figures.acceptedRefunds == 1 && gate.figures.accepted == 1)
        let refunds = book.takeChanges().added.map(\.announcement)
        #expect(refunds.map(\.key) == [.refund(merchantID: "m1", outRefundNo: "R1")])
        #expect(refunds.first?.orderNumber == "T1" && refunds.first?.amountFen == 300)
    }

    @Test("a merchant whose refunds are closed gets none announced, its payments go on")
    func noRefund() {
        restrictions.put(
            Restriction(
                caseID: "c1", merchantID: "m1", scope: .merchant, reasonCode: "FAKE", reasonText: "", source: .wechat,
                actions: [.noRefund], effectiveAtMillis: 0, expiresAtMillis: nil))
        #expect(refund(#""out_trade_no":"T1","out_refund_no":"R1","amount":300"#) == 403)
        #expect(pay("T1") == 200)
        #expect(book.takeChanges().added.map(\.announcement.key.kind) == [.order])
    }

    @Test("a full book, or a number the platform cannot know, refuses no payment")
    func full() {
        for number in 1...5 { #expect(pay("T\(number)") == 200) }
        #expect(pay("a b") == 200)
        #expect(book.figures.openCount == 3 && book.figures.overflowed == 2 && book.figures.unaskable == 1)
    }

    @Test(
        "a refund request that breaks a rule is refused",
        arguments: [
            #""out_refund_no":"R","amount":1"#, #""out_trade_no":"T","amount":1"#,
            #""out_trade_no":"T","out_refund_no":"R""#, #""out_trade_no":"T","out_refund_no":"R","amount":0"#,
            #""out_trade_no":"T","out_refund_no":"R","amount":1,"expires":null"#,
            #""out_trade_no":7,"out_refund_no":"R","amount":1"#,
        ])
    func badRefund(more: String) {
        #expect(refund(more) == 400)
        #expect(book.figures.openCount == 0)
    }

    @Test("a refund of an unknown merchant is refused; its number may have 64 bytes")
    func refunds() {
        let number = String(repeating: "R", count: 64)
        #expect(refund(#""transaction_id":"4200","out_refund_no":"\#(number)","amount":1"#) == 200)
        #expect(refund(#""transaction_id":"4200","out_refund_no":"\#(number)R","amount":1"#) == 400)
        #expect(refund(#""transaction_id":"4200","out_refund_no":"R","amount":1"#, merchant: "nobody") == 404)
        #expect(book.figures.openCount == 1)
    }
}
