import BoundedJSON
import Engine
import Foundation
import Logging
import MessageModel
import PaymentEntry
import PaymentNotice
import QueueStore
import TestSupport
import Testing
import Tillwire
import WeChatPayAPI

@testable import OrderRecovery

/// Nobody told where terminals stand.
struct NoStores: StoreDirectory {
    func storeID(merchantID: String, deviceID: String) -> String { "" }
}

/// Recovery over a store of its own, with a platform that says what a test wants, on a clock that stands.
final class RecoveryWorld: Sendable {
    static let merchant = "1630000001"

    let store: TemporaryStore
    let platform: PlatformStub
    private let openCountMax: Int
    private let adjust: @Sendable (inout OrderRecoverySettings) -> Void

    init(
        openCountMax: Int = 1_024, faults: CommitFaults? = nil,
        _ adjust: @escaping @Sendable (inout OrderRecoverySettings) -> Void = { _ in }
    ) {
        store = TemporaryStore { faults?.install(&$0) }
        platform = PlatformStub(time: store.time)
        self.openCountMax = openCountMax
        self.adjust = adjust
    }

    /// What one start gives.
    struct Running: Sendable {
        let broker: EmbeddedBroker
        let entry: PaymentEntry<Store>
        let book: AnnouncementBook
        let recovery: OrderRecovery<Store>
        let world: RecoveryWorld
        let time: ManualTimeSource

        var nowMillis: Int64 { Int64(time.now.milliseconds) }

        /// Announces an order of the world's merchant.
        @discardableResult
        func announce(_ outTradeNo: String, amount: Int64 = 1_250, expiresInMillis: Int64? = nil) -> AnnouncementOutcome
        {
            book.announce(
                .order(merchantID: RecoveryWorld.merchant, outTradeNo: outTradeNo), amountFen: amount,
                expiresAtMillis: expiresInMillis.map { nowMillis + $0 }, nowMillis: nowMillis)
        }

        /// Moves the clock on, and waits until everything that is due then was asked for, or all wait for the platform.
        func pass(seconds: UInt64) async throws {
            time.advance(milliseconds: seconds * 1_000)
            let isQuiet = try await eventually(moving: time) {
                let report = await recovery.report()
                let isDue = (report.nextDueMillis ?? .max) <= nowMillis
                return report.inFlightCount == 0 && (!isDue || report.pausedUntilMillis != nil)
            }
            #expect(isQuiet)
        }

        /// Waits until `condition` holds, for what comes again after a pause: the clock goes on by seconds meanwhile.
        func comes(_ condition: () async throws -> Bool) async throws -> Bool {
            for _ in 0..<5 {
                if try await eventually(moving: time, condition) { return true }
                time.advance(milliseconds: 1_000)
            }
            return false
        }

        /// Passes the time announcements are in memory only, and waits until `count` rows are there.
        func written(_ count: Int) async throws -> Bool {
            time.advance(milliseconds: 250)
            return try await eventually(moving: time) { try await rowCount() == count }
        }

        func rowCount() async throws -> Int {
            try await broker.rows(RowRead(space: .state(ConsumerID(rawValue: 6)))).count
        }

        /// Bodies in a queue.
        func bodies(in queue: String = RoadNames.merchantOrdersQueue) async throws -> [JSONValue] {
            try await broker.queue(EntityName(queue)).receive(max: 100).map {
                try JSONValue.parse(Array($0.body.slice))
            }
        }
    }

    static func payment(
        _ outTradeNo: String, transactionID: String? = nil, amount: Int64 = 1_250, merchant: String = merchant
    ) -> PaidTransaction {
        PaidTransaction(
            mode: .partner, providerMerchantID: "1620001234", merchantID: merchant, appID: "wx5f3a9c1d2b7e4a60",
            outTradeNo: outTradeNo, transactionID: transactionID ?? "4200" + outTradeNo,
            successTime: "2025-10-09T16:52:58+08:00", payer: "oA1b2C3d4E5f6G7h8I9j0K1l2M3n", amount: amount,
            payerAmount: amount)
    }

    static func refund(_ outRefundNo: String, status: String, refund: Int64 = 300) -> RefundAnswer {
        RefundAnswer(
            outRefundNo: outRefundNo, refundID: "5000" + outRefundNo, transactionID: "4200T1", outTradeNo: "T1",
            status: status, successTime: status == "SUCCESS" ? "2025-10-09T18:00:00+08:00" : nil,
            userReceivedAccount: "零钱", total: 1_250, refund: refund, payerTotal: 1_250, payerRefund: refund)
    }

    /// One start: opens the store, runs recovery, ends both. The store must be sound afterwards.
    func run<Result: Sendable>(
        _ body: @Sendable @escaping (Running) async throws -> Result
    ) async throws -> Result {
        let (result, problems) = try await store.run { [self] broker in
            try await Self.run(broker, store.time, openCountMax, adjust, self, body)
        }
        #expect(problems == [])
        return result
    }

    static func run<Result: Sendable>(
        _ broker: EmbeddedBroker, _ time: ManualTimeSource, _ openCountMax: Int,
        _ adjust: (inout OrderRecoverySettings) -> Void, _ world: RecoveryWorld,
        _ body: @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        let book = AnnouncementBook(openCountMax: openCountMax)
        let entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: time, announcements: book)
        var settings = OrderRecoverySettings(
            providerMerchantID: "1620001234", directMerchantIDs: ["1640009012"], seed: 1)
        settings.jitterPermille = 0
        adjust(&settings)
        let recovery = try await OrderRecovery.open(
            entry: entry, book: book, query: world.platform, settings: settings, time: time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let running = Running(broker: broker, entry: entry, book: book, recovery: recovery, world: world, time: time)
        let task = Task { try await recovery.run() }
        while await !recovery.isRunning { await Task.yield() }
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(running)) } catch { outcome = .failure(error) }
        world.platform.release()
        task.cancel()
        _ = await task.result
        return try outcome.get()
    }

    /// What a SIGKILL at this moment would leave: a copy of the store's folder, opened anew and run on a clock of its own. No commit may be under way.
    func runCopy<Result: Sendable>(
        _ body: @Sendable @escaping (Running) async throws -> Result
    ) async throws -> Result {
        let folder = TemporaryFolder()
        let path = folder.path + "/store"
        try FileManager.default.copyItem(atPath: store.folder.path, toPath: path)
        let time = ManualTimeSource(start: store.time.now)
        var options = store.options
        options.time = time
        let broker = try await EmbeddedBroker.open(at: path, options: options)
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await Self.run(broker, time, openCountMax, adjust, self, body))
        } catch { outcome = .failure(error) }
        await broker.close()
        #expect(try Store.verify(folder: path, options: options).problems == [])
        return try outcome.get()
    }
}
