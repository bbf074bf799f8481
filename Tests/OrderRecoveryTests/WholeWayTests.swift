import AccessControl
import BoundedJSON
import Engine
import HTTPDataPlane
import Logging
import Merchants
import MessageModel
import NIOCore
import NoticeIngest
import PaymentEntry
import PaymentGate
import PaymentNotice
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire
import WeChatPayAPI

@testable import OrderRecovery

/// Collects the one answer of an exchange.
private final class AnswerBox: ResponseSink {
    private let answer = Mutex<DataPlaneResponse?>(nil)
    func deliver(_ response: DataPlaneResponse) { answer.withLock { $0 = response } }
    var status: Int? { answer.withLock { $0?.status } }
}

/// The gate and the notice door over a running recovery, with a platform that signs.
private struct Shop: Sendable {
    let running: RecoveryWorld.Running
    let gate: Gatekeeper
    let ingest: NoticeIngest<Store>
    let token: String
    let signer: NoticeSigner<SimulatedPlatform>

    init(_ running: RecoveryWorld.Running) throws {
        self.running = running
        let merchants = MerchantDirectory()
        merchants.replace(Merchant(merchantID: RecoveryWorld.merchant))
        token = AccessTokens.makeToken()
        gate = Gatekeeper(
            merchants: merchants, restrictions: RestrictionTable(),
            tokens: try AccessTokens([.init(role: .gate, token: token)]), time: running.time,
            announcements: running.book)
        let key = try RSAKeyPair.generate()
        let apiV3Key = SimulatedPlatform.makeAPIv3Key()
        let keyID = "PUB_KEY_ID_0116200012342025100100213456000001"
        signer = NoticeSigner(sealer: try SimulatedPlatform(serial: keyID, key: key, apiV3Key: apiV3Key))
        let keys = try PlatformKeys(
            certificates: [], publicKeys: [.init(id: keyID, pem: key.publicKeyPEM)], apiV3Key: apiV3Key)
        ingest = NoticeIngest(
            entry: running.entry,
            verifier: NoticeVerifier(
                settings: NoticeVerifierSettings(providerMerchantIDs: ["1620001234"], directMerchantIDs: []),
                crypto: keys), time: running.time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// What the gate answers.
    func ask(_ path: String, _ body: String) -> Int? {
        let box = AnswerBox()
        let request = DataPlaneRequest(
            method: "POST", target: path, headers: ["Authorization": "Bearer \(token)"], body: ByteBuffer(string: body))
        gate.handle([DataPlaneExchange(request: request, sink: box)])
        return box.status
    }

    func order(_ outTradeNo: String, more: String = "") -> Int? {
        ask(
            PaymentGatePath.paymentRequests,
            #"{"merchant_id":"\#(RecoveryWorld.merchant)","out_trade_no":"\#(outTradeNo)","amount":1250\#(more)}"#)
    }

    /// What the door answers to a notice.
    func tell(
        _ plaintext: [UInt8], _ eventType: String = NoticeEnvelope.paymentEventType, type: String = "transaction"
    ) async throws -> Int? {
        let envelope = NoticeEnvelope(
            id: "0b6c1f52-7a4d-5e3b-9c10-2f8e6d4a7b31", createTime: "2025-10-09T16:52:59+08:00", eventType: eventType,
            summary: "s", originalType: type)
        let body = try signer.body(
            envelope: envelope, associatedData: type, nonce: "q7Rk2VbN9xTe", plaintext: plaintext)
        let headers = try signer.headers(
            body: body, timestampSeconds: running.nowMillis / 1_000, nonce: "n0nce", requestID: nil)
        let box = AnswerBox()
        let request = DataPlaneRequest(
            method: "POST", target: "/notify/wechat/v3", headers: HTTPFields(headers.map { ($0.name, $0.value) }),
            body: ByteBuffer(bytes: body))
        ingest.handle([DataPlaneExchange(request: request, sink: box)])
        #expect(try await eventually(moving: running.time) { box.status != nil })
        return box.status
    }
}

@Suite("From the gate to the message")
struct WholeWayTests {
    @Test("an order whose notice comes in time is never asked for")
    func inTime() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let shop = try Shop(running)
            #expect(shop.order("T00001") == 200)
            #expect(running.book.figures.openCount == 1)
            #expect(try await running.written(1))
            #expect(try await shop.tell(RecoveryWorld.payment("T00001").encode()) == 204)
            #expect(try await eventually { running.book.figures.openCount == 0 })
            #expect(try await running.written(0))
            try await running.pass(seconds: 8_000)
            #expect(await running.recovery.report().nextDueMillis == nil)
            #expect(world.platform.asked == [])
            #expect(try await running.bodies().count == 1)
        }
    }

    @Test("the notice that comes after the question is a repeat: 204, one message")
    func noticeAfterQuery() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let shop = try Shop(running)
            let payment = RecoveryWorld.payment("T00001")
            world.platform.set("T00001", .paid(payment))
            #expect(shop.order("T00001") == 200)
            #expect(try await running.written(1))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundOrders == 1 })
            #expect(try await shop.tell(payment.encode()) == 204)
            #expect(shop.ingest.figures().repeats == 1)
            let messages = try await running.bodies()
            #expect(messages.count == 1)
            #expect(messages.first?["data"]?["source"]?.string == "query")
        }
    }

    @Test("a question under way when the notice comes finds a duplicate: one message, from the notice")
    func noticeDuringQuery() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let shop = try Shop(running)
            let payment = RecoveryWorld.payment("T00001")
            world.platform.set("T00001", .paid(payment))
            #expect(shop.order("T00001") == 200)
            #expect(try await running.written(1))
            world.platform.hold()
            running.time.advance(milliseconds: 60_000)
            #expect(try await eventually { world.platform.asked.count == 1 })
            #expect(try await shop.tell(payment.encode()) == 204)
            world.platform.release()
            #expect(try await eventually(moving: running.time) { await running.recovery.report().duplicates == 1 })
            let messages = try await running.bodies()
            #expect(messages.count == 1)
            #expect(messages.first?["data"]?["source"]?.string == "notice")
            #expect(try await running.written(0))
        }
    }

    @Test("a refund announced at the gate is settled by its notice, or found by asking")
    func refunds() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let shop = try Shop(running)
            func announce(_ number: String) -> Int? {
                shop.ask(
                    PaymentGatePath.refundRequests,
                    #"{"merchant_id":"\#(RecoveryWorld.merchant)","transaction_id":"4200T1","out_refund_no":"\#(number)","amount":300}"#
                )
            }
            #expect(announce("R1") == 200)
            #expect(announce("R2") == 200)
            #expect(try await running.written(2))
            let told = RefundNotice(
                RecoveryWorld.refund("R1", status: "SUCCESS"), .success, merchantID: RecoveryWorld.merchant,
                providerMerchantID: "1620001234", now: "2025-10-09T16:52:59+08:00")
            #expect(try await shop.tell(told.plaintext, "REFUND.SUCCESS", type: "refund") == 204)
            #expect(try await running.written(1))
            world.platform.set(refund: RecoveryWorld.refund("R2", status: "SUCCESS"))
            try await running.pass(seconds: 60)
            #expect(try await eventually { await running.recovery.report().foundRefunds == 1 })
            #expect(world.platform.asked.map(\.key.number) == ["R2"])
            let messages = try await running.bodies(in: RoadNames.platformNoticesTopic)
            #expect(messages.map { $0["source"]?.string ?? "notice" }.sorted() == ["notice", "query"])
        }
    }

    @Test("an order's own end is taken from the request; a bad one is refused")
    func expires() async throws {
        let world = RecoveryWorld()
        try await world.run { (running: RecoveryWorld.Running) async throws in
            let shop = try Shop(running)
            let end = running.nowMillis + 1_800_000
            #expect(shop.order("T00001", more: #","expires":"\#(RFC3339.utcText(millis: end))""#) == 200)
            #expect(shop.order("T00002", more: #","expires":"2025-01-01T00:00:00+08:00""#) == 200)
            #expect(shop.order("T00003", more: #","expires":null"#) == 200)
            #expect(shop.order("T00004", more: #","expires":"tomorrow""#) == 400)
            #expect(shop.order("T00005", more: #","expires":"2040-01-01T00:00:00+08:00""#) == 400)
            #expect(shop.order("T00006", more: #","expires":7"#) == 400)
            let added = running.book.takeChanges().added.map(\.announcement)
            let ends = Dictionary(uniqueKeysWithValues: added.map { ($0.key.number, $0.endsAtMillis) })
            #expect(ends["T00001"] == end)
            // An end that has passed is put off: the order is asked for all the same.
            #expect(ends["T00002"] == running.nowMillis + PaymentEntryLimits.lifeMillisMin)
            #expect(ends["T00003"] == running.nowMillis + 7_200_000)
            #expect(ends.count == 3)
        }
    }
}
