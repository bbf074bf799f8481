import AccessControl
import BoundedJSON
import HTTPDataPlane
import NIOCore
import PaymentNotice
import Synchronization
import TestSupport
import Testing

@testable import WeChatPaySimulator

@Suite("Notices of the platform")
struct PlatformNoticeTests {
    private static let settings = NoticeVerifierSettings(providerMerchantIDs: [SimulatedMerchant.providerMerchantID])

    private static func render(_ bench: PlatformBench, _ body: String) async throws -> (NoticeHeaders, [UInt8]) {
        let answer = try await bench.control("POST", "/render", body)
        let headers = try #require(answer["headers"]?.members).map { (name: $0.key, value: $0.value.string ?? "") }
        return (NoticeHeaders(list: headers), Array(try #require(answer["body"]?.string).utf8))
    }

    private static func verdict(_ bench: PlatformBench, _ body: String) async throws -> NoticeVerdict {
        let (headers, bytes) = try await render(bench, body)
        return NoticeVerifier(settings: settings, crypto: bench.receiver)
            .verdict(headers: headers, body: bytes, nowSeconds: bench.time.unixSeconds)
    }

    @Test(
        "every kind is authentic and has its form; a probe is refused as one", arguments: ["certificate", "public_key"])
    func kinds(signer: String) async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            try await bench.control("POST", "/orders/Order-0001/pay", "{}")
            let payment = #"{"kind":"payment","out_trade_no":"Order-0001","sign_with":"\#(signer)""#
            guard case .payment(let transaction, let envelope) = try await Self.verdict(bench, payment + "}") else {
                Issue.record("the payment was refused")
                return
            }
            #expect(transaction.outTradeNo == "Order-0001" && transaction.amount == 1_250)
            #expect(envelope.eventType == "TRANSACTION.SUCCESS")
            guard
                case .refused(.signatureMismatch, probe: true) = try await Self.verdict(
                    bench, payment + #","signtest":true}"#)
            else {
                Issue.record("the probe was not refused as one")
                return
            }
            try await bench.control(
                "POST", "/render", #"{"kind":"refund","out_trade_no":"Order-0001"}"#, expecting: 404)
            try await bench.control("POST", "/orders/Order-0001/refund", #"{"amount":50}"#, expecting: 201)
            for (kind, event, member) in [
                ("refund", "REFUND.SUCCESS", "refund_id"), ("violation", "VIOLATION.PUNISH", "record_id"),
                ("restriction", "MERCHANT_NOTIFY.NOTIFY", "message_content"),
                ("unknown", "SIMULATOR.UNKNOWN", "event_time"),
            ] {
                let asked =
                    #"{"kind":"\#(kind)","out_trade_no":"Order-0001","merchant_id":"\#(PlatformBench.merchantID)","sign_with":"\#(signer)"}"#
                guard case .other(let envelope, let plaintext) = try await Self.verdict(bench, asked) else {
                    Issue.record("\(kind) was refused")
                    continue
                }
                #expect(envelope.eventType == event)
                #expect(try JSONValue.parse(plaintext)[member] != nil)
            }
        }
    }

    @Test("a notice of API v2 holds by its sign type, and only by that", arguments: V2SignType.allCases)
    func v2(signType: V2SignType) async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            try await bench.control("POST", "/orders/Order-0001/pay", "{}")
            let (_, body) = try await Self.render(
                bench, #"{"out_trade_no":"Order-0001","generation":"v2","sign_type":"\#(signType.rawValue)"}"#)
            let verifier = NoticeV2Verifier(
                settings: Self.settings, orderSignType: signType, crypto: try APIv2Key(bench.keys.apiV2Key))
            guard case .payment(let transaction, signType) = verifier.verdict(contentType: "text/xml", body: body)
            else {
                Issue.record("the notice was refused")
                return
            }
            #expect(transaction.outTradeNo == "Order-0001" && transaction.amount == 1_250)
        }
    }

    @Test(
        "what cannot be rendered is refused",
        arguments: [
            #"{"kind":"smoke","merchant_id":"1"}"#, #"{"kind":"violation"}"#, #"{}"#, #"[]"#, #"{"out_trade_no":7}"#,
            #"{"kind":"restriction","merchant_id":"1","business_state":"SMOKE"}"#,
        ])
    func refused(body: String) async throws {
        try await PlatformBench.with { bench in
            try await bench.control("POST", "/render", body, expecting: 400)
        }
    }

    @Test("nothing is delivered where no URL is set, and a notice asked for is refused then")
    func noURL() async throws {
        try await PlatformBench.with { bench in
            try await bench.place("Order-0001")
            try await bench.control("POST", "/orders/Order-0001/pay", "{}")
            #expect(bench.server.core.deliveries.underwayCount == 0)
            try await bench.control("POST", "/notices", #"{"out_trade_no":"Order-0001"}"#, expecting: 400)
        }
    }
}

/// A provider that answers as a test tells it, and keeps what came.
final class ScriptedProvider: DataPlaneHandler {
    private let answer: @Sendable (_ count: Int, _ request: DataPlaneRequest) -> DataPlaneResponse
    private let requests = Mutex<[DataPlaneRequest]>([])

    init(_ answer: @escaping @Sendable (Int, DataPlaneRequest) -> DataPlaneResponse) {
        self.answer = answer
    }

    var received: [DataPlaneRequest] { requests.withLock { $0 } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let count = requests.withLock { requests in
                requests.append(exchange.request)
                return requests.count
            }
            exchange.respond(answer(count, exchange.request))
        }
    }
}

@Suite("Deliveries of the platform")
struct PlatformDeliveryTests {
    /// A platform whose notices go to a provider, while its deliveries run.
    private static func deliver(
        to provider: ScriptedProvider, _ body: (PlatformBench) async throws -> Void
    ) async throws {
        let network = try SimulatorNetwork()
        let (listener, root) = try await network.startServer(provider, what: "provider")
        var settings = PlatformServer.Settings()
        settings.notifyURL = root + "/v3"
        settings.notifyURLv2 = root + "/v2"
        settings.ladder = NoticeLadder(scale: 0.000_1)
        do {
            try await PlatformBench.with(settings) { bench in
                let deliveries = bench.server.core.deliveries
                let running = Task { await deliveries.run() }
                do {
                    try await body(bench)
                } catch {
                    running.cancel()
                    await running.value
                    throw error
                }
                running.cancel()
                await running.value
            }
        } catch {
            await listener.stop(graceSeconds: 0)
            await network.shutdown()
            throw error
        }
        await listener.stop(graceSeconds: 0)
        await network.shutdown()
    }

    private static func pay(_ bench: PlatformBench, _ outTradeNo: String, _ how: String = "{}") async throws {
        try await bench.place(outTradeNo)
        try await bench.control("POST", "/orders/\(outTradeNo)/pay", how)
    }

    private static func settled(_ bench: PlatformBench) async throws -> JSONValue {
        #expect(try await eventually { bench.server.core.deliveries.underwayCount == 0 })
        return try await bench.control("GET", "/figures")
    }

    @Test("a notice is repeated with the same body and a new signature until it is confirmed; copies go out at once")
    func repeats() async throws {
        let provider = ScriptedProvider { count, _ in DataPlaneResponse(status: count < 3 ? 503 : 204) }
        try await Self.deliver(to: provider) { bench in
            try await Self.pay(bench, "Order-0001")
            let figures = try await Self.settled(bench)
            #expect(provider.received.count == 3)
            #expect(Set(provider.received.map(\.body)).count == 1)
            #expect(Set(provider.received.map { $0.headers["wechatpay-nonce"] ?? "" }).count == 3)
            #expect(figures["notices"]?.int64 == 1 && figures["successes"]?.int64 == 1)
            #expect(figures["first_try_successes"]?.int64 == 0 && figures["repeats"]?.int64 == 2)
            #expect(figures["deliveries"]?.int64 == 3 && figures["accepted_deliveries"]?.int64 == 1)
            #expect(figures["success_rate"]?.numberText == "0.333333")
            #expect(figures["hours"]?.array?.count == 1)
            try await Self.pay(bench, "Order-0002", #"{"copies":3}"#)
            let after = try await Self.settled(bench)
            #expect(after["deliveries"]?.int64 == 6 && after["copies"]?.int64 == 2)
            #expect(after["notices"]?.int64 == 2 && after["first_try_successes"]?.int64 == 1)
        }
    }

    @Test("API v2 is confirmed by its body alone, and goes to its own URL")
    func v2() async throws {
        let provider = ScriptedProvider { count, _ in
            let code = count == 2 ? "SUCCESS" : "FAIL"
            let answer = count == 1 ? "success" : FlatXMLWriter.answer(returnCode: code, message: "OK")
            return DataPlaneResponse(status: 200, body: ByteBuffer(string: answer))
        }
        try await Self.deliver(to: provider) { bench in
            try await Self.pay(bench, "Order-0001", #"{"generation":"v2"}"#)
            let figures = try await Self.settled(bench)
            #expect(provider.received.map(\.path) == ["/v2", "/v2"])
            #expect(figures["successes"]?.int64 == 1 && figures["repeats"]?.int64 == 1)
            #expect(figures["failures"]?["error status"]?.int64 == 1)
        }
    }

    @Test("lost notices never leave, duplicates and probes come with their share, a rotation changes the signer")
    func misbehaviour() async throws {
        let provider = ScriptedProvider { _, request in
            let isProbe = request.headers["wechatpay-signature"]?.hasPrefix("WECHATPAY/SIGNTEST/") == true
            return DataPlaneResponse(status: isProbe ? 401 : 200)
        }
        try await Self.deliver(to: provider) { bench in
            try await Self.pay(bench, "Order-0001", #"{"lost":true}"#)
            try await bench.control("POST", "/misbehave", #"{"lost_share":1}"#)
            try await Self.pay(bench, "Order-0002")
            #expect(try await Self.settled(bench)["lost"]?.int64 == 2)
            #expect(provider.received.isEmpty)
            try await bench.control(
                "POST", "/misbehave", #"{"duplicate_share":1,"probe_share":1,"out_of_order":true}"#)
            try await Self.pay(bench, "Order-0003")
            let figures = try await Self.settled(bench)
            #expect(figures["probes"]?.int64 == 1 && figures["probes_accepted"]?.int64 == 0)
            #expect(figures["deliveries"]?.int64 == 2 && provider.received.count == 3)
            try await bench.control("POST", "/misbehave", "{}")
            let serial = try await bench.control("POST", "/keys/rotate")["serial"]?.string
            try await Self.pay(bench, "Order-0004")
            try await bench.control(
                "POST", "/notices", #"{"out_trade_no":"Order-0004","sign_with":"certificate"}"#, expecting: 202)
            _ = try await Self.settled(bench)
            let serials = Set(provider.received.suffix(2).map { $0.headers["wechatpay-serial"] })
            #expect(serials == [serial, bench.keys.certificatePlatform.serial])
        }
    }

    @Test("a refund is told of when it ends")
    func refund() async throws {
        let provider = ScriptedProvider { _, _ in DataPlaneResponse(status: 200) }
        try await Self.deliver(to: provider) { bench in
            try await Self.pay(bench, "Order-0001")
            try await bench.control("POST", "/orders/Order-0001/refund", "{}", expecting: 201)
            _ = try await Self.settled(bench)
            let bodies = provider.received.map { String(buffer: $0.body) }
            #expect(bodies.count { $0.contains("REFUND.SUCCESS") } == 1 && bodies.count == 2)
        }
    }
}
