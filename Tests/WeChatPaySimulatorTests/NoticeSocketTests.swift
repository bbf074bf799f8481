import AccessControl
import HTTPDataPlane
import MessageModel
import NIOCore
import PaymentNotice
import Synchronization
import Testing

@testable import WeChatPaySimulator

/// A provider that verifies notices by the product's rules and refuses the first good delivery of every payment.
private final class VerifyingProvider: DataPlaneHandler {
    private let verifier: NoticeVerifier<PlatformKeys>
    private let time: any TimeSource
    private let seen = Mutex<[String: [PaidTransaction]]>([:])
    private let refused = Mutex<[NoticeRefusal]>([])

    init(keys: PlatformKeys, time: any TimeSource) {
        let settings = NoticeVerifierSettings(providerMerchantIDs: [SimulatedMerchant.providerMerchantID])
        verifier = NoticeVerifier(settings: settings, crypto: keys)
        self.time = time
    }

    var transactions: [String: [PaidTransaction]] { seen.withLock { $0 } }
    var refusals: [NoticeRefusal] { refused.withLock { $0 } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(DataPlaneResponse(status: status(exchange.request))) }
    }

    private func status(_ request: DataPlaneRequest) -> Int {
        let headers = NoticeHeaders(list: request.headers.map { (name: $0.name, value: $0.value) })
        switch verifier.verdict(
            headers: headers, body: Array(request.body.readableBytesView), nowSeconds: time.unixSeconds)
        {
        case .payment(let transaction, _):
            let count = seen.withLock { seen in
                seen[transaction.transactionID, default: []].append(transaction)
                return seen[transaction.transactionID]?.count ?? 0
            }
            return count == 1 ? 503 : 204
        case .other: return 500
        case .refused(let refusal, _):
            refused.withLock { $0.append(refusal) }
            return refusal.status
        }
    }
}

@Suite("Real sockets")
struct NoticeSocketTests {
    private static func plan(payments: Int) -> WorldPlan {
        var plan = WorldPlan()
        plan.ratePerSecond = payments
        plan.seconds = 1
        plan.probeShare = 0.5
        plan.duplicateShare = 0
        plan.lossShare = 0
        plan.ladderScale = 0.000_1
        plan.answerLimitMillis = 5_000
        return plan
    }

    @Test("notices are accepted by the product's verifier in both key modes, repeated after an error, probes refused")
    func notices() async throws {
        let network = try SimulatorNetwork()
        let time = SystemTimeSource()
        let keys = try SimulatorKeys.generate()
        let provider = VerifyingProvider(keys: try keys.receiverKeys(nowSeconds: time.unixSeconds), time: time)
        let (server, root) = try await network.startServer(provider, what: "provider")
        let plan = Self.plan(payments: 12)
        let sender = NoticeSender(
            client: network.client, url: try network.url(root + "/notify"), factory: NoticeFactory(keys),
            ladder: plan.ladder, time: time)
        let payments = PaymentSchedule(plan).payments.prefix(12)
        for payment in payments { try await sender.deliver(payment, paidAtMillis: 1_767_600_000_000) }

        let figures = sender.figures
        #expect(figures.notices == payments.count)
        #expect(figures.successes == payments.count)
        #expect(figures.firstTrySuccesses == 0)
        #expect(figures.firstTryFailures == [.errorStatus: payments.count])
        #expect(figures.repeats == payments.count)
        #expect(figures.probes == payments.count { $0.traits.isProbed })
        #expect(figures.probes > 0)
        #expect(figures.probesAccepted == 0)
        #expect(provider.refusals == Array(repeating: .signatureMismatch, count: figures.probes))
        for payment in payments {
            let expected = payment.transaction(paidAtMillis: 1_767_600_000_000)
            #expect(provider.transactions[payment.transactionID] == [expected, expected])
        }
        await server.stop(graceSeconds: 0)
        await network.shutdown()
    }

    @Test("an order query is verified, answered and its signature holds")
    func orderQuery() async throws {
        let network = try SimulatorNetwork()
        let time = SystemTimeSource()
        let keys = try SimulatorKeys.generate()
        let payment = try #require(PaymentSchedule(Self.plan(payments: 1)).payments.first)
        let book = OrderBook()
        book.place(payment)
        let (server, root) = try await network.startServer(
            try OrderQueryAPI(book: book, keys: keys, time: time), what: "query")
        let query = QueryCaller(network: network, root: root, keys: keys, time: time)
        let receiver = try keys.receiverKeys(nowSeconds: time.unixSeconds)
        let byNumber = "/v3/pay/partner/transactions/out-trade-no/\(payment.outTradeNo)?\(query.merchants(payment))"
        let byID = "/v3/pay/partner/transactions/id/\(payment.transactionID)?\(query.merchants(payment))"

        let unpaid = try await query.get(byNumber)
        #expect(unpaid.status == 200)
        #expect(String(decoding: unpaid.body, as: UTF8.self).contains("\"trade_state\":\"NOTPAY\""))

        book.pay(transactionID: payment.transactionID, atMillis: 1_767_600_000_000)
        for path in [byNumber, byID] {
            let paid = try await query.get(path)
            #expect(paid.status == 200)
            #expect(try PaidTransaction.decode(paid.body) == payment.transaction(paidAtMillis: 1_767_600_000_000))
            let headers = NoticeHeaders(list: paid.headers.map { (name: $0.name, value: $0.value) })
            #expect(receiver.verifyAnswer(headers: headers, body: paid.body, nowSeconds: time.unixSeconds) == .ok)
        }
        #expect(try await query.get(byID, authorization: "none").status == 401)
        #expect(try await query.get(byID.replacing(payment.transactionID, with: "4200")).status == 404)
        #expect(try await query.get(byID.replacing("&sub_mchid", with: "&other")).status == 400)
        await server.stop(graceSeconds: 0)
        await network.shutdown()
    }
}

/// The provider asking the platform.
private struct QueryCaller {
    let network: SimulatorNetwork
    let root: String
    let keys: SimulatorKeys
    let time: any TimeSource

    func merchants(_ payment: Payment) -> String {
        "sp_mchid=\(SimulatedMerchant.providerMerchantID)&sub_mchid=\(payment.merchantID)"
    }

    func get(_ target: String, authorization: String? = nil) async throws -> OutboundResponse {
        let signer = try MerchantAPISigner(
            merchantID: SimulatedMerchant.providerMerchantID, serial: keys.providerSerial,
            privateKeyPEM: keys.providerKey.privateKeyPEM)
        let signed = try signer.authorization(
            method: "GET", pathAndQuery: target, body: [], timestampSeconds: time.unixSeconds, nonce: "nonce")
        return try await network.client.send(
            OutboundRequest(
                method: "GET", url: try network.url(root + target),
                headers: ["Authorization": authorization ?? signed, "Accept": "application/json"]))
    }
}
