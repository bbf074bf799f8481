import AccessControl
import Foundation
import HTTPDataPlane
import Logging
import MerchantPush
import PaymentNotice
import PushSchedule
import QueueStore
import ServiceLifecycleTestKit
import Synchronization
import Testing
import Tillwire
import Webhooks

/// A store, a push and merchants' servers, on a clock that stands.
final class PushWorld: Sendable {
    let loops = DataPlaneLoops(count: 1)
    let clock = ManualClock(millis: 1_760_000_000_000)
    let folder = FileManager.default.temporaryDirectory.appending(path: "push-" + UUID().uuidString)
    let directory = TestDirectory()
    let policy: EndpointPolicy
    let client: OutboundClient
    private let opened = Mutex<EmbeddedBroker?>(nil)
    private let servers = Mutex<[DataPlaneServer]>([])

    private init() throws {
        policy = try EndpointPolicy.demo()
        client = OutboundClient(settings: OutboundSettings(policy: policy), loops: loops)
    }

    static func with(_ body: (PushWorld) async throws -> Void) async throws {
        let world = try PushWorld()
        do {
            try await world.open()
            try await body(world)
            await world.end()
        } catch {
            await world.end()
            throw error
        }
    }

    var broker: EmbeddedBroker {
        get throws { try #require(opened.withLock { $0 }) }
    }

    func open() async throws {
        let options = StoreOptions(mapByteCount: Limits.mapByteCountMin, time: clock)
        let broker = try await EmbeddedBroker.open(at: folder.path, options: options)
        opened.withLock { $0 = broker }
    }

    func close() async {
        await opened.withLock { $0.take() }?.close()
    }

    private func end() async {
        for server in servers.withLock({ $0 }) { await server.stop(graceSeconds: 0) }
        await client.shutdown()
        await loops.shutdown()
        await close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts a merchant's server and registers it.
    func merchant(
        _ merchantID: String, ladder: RetryLadder = .standard, attemptMillisMax: Int = 15_000
    ) async throws -> Merchant {
        let stub = MerchantStub()
        let server = DataPlaneServer(settings: .init(), loops: loops, handler: stub)
        let address = try await server.start()
        servers.withLock { $0.append(server) }
        let merchant = Merchant(stub: stub, secret: .generate(), olderSecret: .generate(), port: address.port)
        try register(merchantID, merchant, ladder: ladder, attemptMillisMax: attemptMillisMax)
        return merchant
    }

    func register(
        _ merchantID: String, _ merchant: Merchant, ladder: RetryLadder = .standard, attemptMillisMax: Int = 15_000
    ) throws {
        let signer = try WebhookSigner(keys: [.secret(merchant.secret), .secret(merchant.olderSecret)])
        directory.set(
            PushEndpoint(
                merchantID: merchantID, endpointID: "ep_" + merchantID,
                url: try EndpointURL.parse("http://127.0.0.1:\(merchant.port)/orders", policy: policy), signer: signer,
                ladder: ladder, attemptMillisMax: attemptMillisMax))
    }

    struct Merchant: Sendable {
        let stub: MerchantStub
        let secret: WebhookSecret
        let olderSecret: WebhookSecret
        let port: Int
    }

    func push(_ settings: MerchantPushSettings = .init()) async throws -> MerchantPush<Store> {
        try await MerchantPush.open(
            broker: broker, directory: directory, client: client, time: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
    }

    /// Runs a push while `body` runs, then stops it gracefully.
    func running(
        _ settings: MerchantPushSettings = .init(),
        _ body: @escaping @Sendable (MerchantPush<Store>) async throws -> Void
    ) async throws {
        let push = try await push(settings)
        try await testGracefulShutdown { trigger in
            async let run: Void = push.run()
            let outcome: Result<Void, any Error>
            do {
                try await body(push)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            trigger.triggerGracefulShutdown()
            try await run
            try outcome.get()
        }
    }

    /// An order as ingest stores it: message and row together.
    @discardableResult
    func order(_ number: Int, merchant merchantID: String) async throws -> OrderPaymentMessage {
        let message = Orders.message(number, merchantID: merchantID)
        let body = message.encode()
        let record = OrderRecord(
            message, bodyHash: Hashes.sha256(body), receivedAtMillis: Int64(clock.now.milliseconds), state: .waiting)
        let queue = try await broker.createQueue("merchant-orders")
        try await broker.commit(
            Transaction(
                sends: [SendBatch(source: .queue(queue.id), messages: [OutgoingMessage(body: Bytes(body))])],
                rows: [RowChange(space: .orders, key: Bytes(message.transactionID), value: Bytes(record.encode()))]))
        return message
    }

    func record(_ message: OrderPaymentMessage) async throws -> OrderRecord {
        let row = try #require(try await broker.row(.orders, key: Bytes(message.transactionID)))
        return try OrderRecord.decode(Array(row.slice))
    }

    func waitingCount(_ queue: EntityName) async throws -> UInt64 {
        let figures = try await broker.queue(queue).figures()
        return figures.waiting + figures.delayed
    }
}

/// Endpoints a test registers.
final class TestDirectory: PushDirectory {
    private let endpoints = Mutex<[String: PushEndpoint]>([:])
    func endpoint(merchantID: String) -> PushEndpoint? { endpoints.withLock { $0[merchantID] } }
    func set(_ endpoint: PushEndpoint) { endpoints.withLock { $0[endpoint.merchantID] = endpoint } }
    func remove(_ merchantID: String) { endpoints.withLock { $0[merchantID] = nil } }
}

/// Orders that are made up.
enum Orders {
    static func message(_ number: Int, merchantID: String) -> OrderPaymentMessage {
        let payment = PaidTransaction(
            mode: .partner, providerMerchantID: "1620001234", merchantID: merchantID, appID: "wx5f3a9c1d2b7e4a60",
            outTradeNo: "order-\(number)", transactionID: "420000\(number)", tradeType: "JSAPI", tradeState: "SUCCESS",
            tradeStateDescription: "ok", bankType: "OTHERS", attach: "", successTime: "2025-10-09T16:53:20+08:00",
            payer: "openid", amount: 1_250, payerAmount: 1_250)
        return OrderPaymentMessage(payment, storeID: "", source: .notice)
    }
}

/// Lets other tasks run until the condition holds; the suite's time limit is the bound.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
