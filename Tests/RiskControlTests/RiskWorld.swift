import AccessControl
import Engine
import HTTPDataPlane
import Logging
import Merchants
import MessageModel
import NIOCore
import PaymentGate
import PaymentNotice
import QueueStore
import RiskControl
import RiskRules
import RiskWindows
import Synchronization
import TestSupport
import Testing
import Tillwire
import TopicConsumer
import Webhooks

/// A callback receiver on loopback: notes what it gets and answers what it is told.
final class CallbackStub: DataPlaneHandler {
    private struct State {
        var requests: [DataPlaneRequest] = []
        var status = 200
    }
    private let state = Mutex(State())

    var requests: [DataPlaneRequest] { state.withLock { $0.requests } }
    var bodies: [String] { requests.map { String(buffer: $0.body) } }
    var ids: [String] { requests.map { $0.headers["webhook-id"] ?? "" } }

    /// What it answers from now on.
    func answer(_ status: Int) { state.withLock { $0.status = status } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let status = state.withLock { state in
                state.requests.append(exchange.request)
                return state.status
            }
            exchange.respond(DataPlaneResponse(status: status))
        }
    }
}

/// Keeps the answer of an exchange.
private final class AnswerKeeper: ResponseSink {
    private let answers = Mutex<[DataPlaneResponse]>([])
    func deliver(_ response: DataPlaneResponse) { answers.withLock { $0.append(response) } }
    var all: [DataPlaneResponse] { answers.withLock { $0 } }
}

/// Merchants whose numbers begin with 16 are registered.
struct SixteenMerchants: KnownMerchants {
    func isKnown(merchantID: String) -> Bool { merchantID.hasPrefix("16") }
}

/// The rule file as it would be read now.
final class RuleFileStub: Sendable {
    private let text: Mutex<String>
    init(_ text: String) { self.text = Mutex(text) }
    func write(_ new: String) { text.withLock { $0 = new } }
    func read() throws(RuleFileError) -> RuleSet { try RuleSet.parse(Array(text.withLock { $0 }.utf8)) }
}

/// Risk control over a store of its own, with book, gate and a callback receiver, on a clock that stands.
final class RiskWorld: Sendable {
    static let start: UInt64 = 1_760_000_000_000

    let store = TemporaryStore()
    let rules = RuleFileStub(
        """
        {"rule_set":"test-1","block_minutes":60}
        {"rule":"cap-1m","kind":"cap","window":"1m","amount_max":100000}
        """)
    let table = RestrictionTable()
    let stub = CallbackStub()
    let secret = WebhookSecret.generate()
    private let token = AccessTokens.makeToken()
    private let loops = DataPlaneLoops(count: 1)
    private let directory = MerchantDirectory()

    init() {
        for merchant in ["1630000001", "1630000002"] { directory.replace(Merchant(merchantID: merchant)) }
    }

    /// What one start of the world gives.
    struct Running: Sendable {
        let broker: EmbeddedBroker
        let control: RiskControl<Store>
        let book: RestrictionBook<Store>
        let topic: Topic<Store>
        let world: RiskWorld

        /// Publishes one order, paid now by the world's clock.
        func pay(
            _ transaction: String, _ amountFen: Int64 = 60_000, merchant: String = "1630000001", payer: String = "p1"
        ) async throws {
            try await topic.publish(
                RiskWorld.order(transaction, amountFen, merchant, payer, at: world.store.time.now.milliseconds))
        }

        /// Waits until all orders are taken and all restrictions applied.
        func settled() async throws {
            while try await control.queue.figures().waiting > 0 { await Task.yield() }
            // A change waits for its turn: behind it, the last batch has handed its decisions over.
            _ = try await control.release(caseID: "none", actor: "", note: "")
            while await control.figures().callbacks.waitingRestrictions > 0 { await Task.yield() }
        }
    }

    static func order(
        _ transaction: String, _ amountFen: Int64, _ merchant: String, _ payer: String, at millis: UInt64
    ) -> Bytes {
        let time = RFC3339.utcText(millis: Int64(millis))
        return Bytes(
            #"{"type":"order.paid","timestamp":"\#(time)","data":{"transaction_id":"\#(transaction)","out_trade_no":"o1","#
                + #""merchant_id":"\#(merchant)","store_id":"","device_id":"","payer":"\#(payer)","amount":\#(amountFen),"#
                + #""payer_amount":\#(amountFen),"discount":0,"currency":"CNY","trade_type":"JSAPI","bank_type":"","#
                + #""attach":"","paid_at":"\#(time)","source":"notice"}}"#)
    }

    /// One start: opens the store, runs risk control, ends both.
    func run<Result: Sendable>(
        withCallback: Bool = true, _ body: @Sendable @escaping (Running) async throws -> Result
    ) async throws -> Result {
        let policy = try EndpointPolicy(
            allowsPlainHTTP: true, allowsIPLiterals: true, allowsAnyPort: true,
            addresses: AddressPolicy(allowList: AddressAllowList(privateRanges: [], singleAddresses: ["127.0.0.1"])))
        let client = OutboundClient(settings: OutboundSettings(policy: policy), loops: loops)
        let server = DataPlaneServer(settings: .init(), loops: loops, handler: stub)
        let address = try await server.start()
        let url = try EndpointURL.parse("http://127.0.0.1:\(address.port)/risk", policy: policy)
        let callback = CallbackRoad(
            settings: CallbackSettings(url: url, signer: try WebhookSigner(keys: [.secret(secret)])), client: client)
        let (result, problems) = try await store.run { [self] broker in
            let book = RestrictionBook(broker: broker, table: table, time: store.time)
            try await book.load()
            let control = try await RiskControl.open(
                broker: broker, merchants: SixteenMerchants(), book: book, callback: withCallback ? callback : nil,
                rules: { [rules] () throws(RuleFileError) in try rules.read() }, time: store.time,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let running = Running(
                broker: broker, control: control, book: book,
                topic: try broker.topic(EntityName(RoadNames.orderPaymentsTopic)), world: self)
            let task = Task { try await control.run() }
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await body(running)) } catch { outcome = .failure(error) }
            task.cancel()
            _ = await task.result
            return try outcome.get()
        }
        await server.stop(graceSeconds: 0)
        await client.shutdown()
        #expect(problems == [])
        return result
    }

    /// What the gate answers to a payment request of a merchant.
    func ask(_ merchant: String = "1630000001") throws -> (status: Int, body: String) {
        let gate = Gatekeeper(
            merchants: directory, restrictions: table,
            tokens: try AccessTokens([.init(role: .gate, token: token)]), time: store.time)
        let keeper = AnswerKeeper()
        let request = DataPlaneRequest(
            method: "POST", target: PaymentGatePath.paymentRequests, headers: ["Authorization": "Bearer \(token)"],
            body: ByteBuffer(string: #"{"merchant_id":"\#(merchant)","out_trade_no":"T1","amount":100}"#))
        gate.handle([DataPlaneExchange(request: request, sink: keeper)])
        let answer = try #require(keeper.all.first)
        return (answer.status, String(buffer: answer.body))
    }

    /// All rows of risk control, for comparing states.
    static func rows(_ broker: EmbeddedBroker) async throws -> [Bytes: Bytes] {
        var rows: [Bytes: Bytes] = [:]
        try await broker.forEachRow(.state(ConsumerID(rawValue: 3)), prefix: .empty) { row in
            rows[row.key] = row.value
            return true
        }
        return rows
    }

    func end() async { await loops.shutdown() }

    /// Makes a world, runs `body`, ends it.
    static func with(_ body: (RiskWorld) async throws -> Void) async throws {
        let world = RiskWorld()
        do {
            try await body(world)
            await world.end()
        } catch {
            await world.end()
            throw error
        }
    }
}
