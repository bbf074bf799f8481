import AccessControl
import Deflate
import Engine
import Logging
import MessageModel
import PaymentEntry
import PaymentNotice
import QueueStore
import Reconciliation
import TestSupport
import Testing
import Tillwire
import TradeBill
import WeChatPayAPI

/// One store, one platform, and bills made from payments. The store's clock stands at 16:53 on 9 October 2025 in Beijing.
struct ReconcileWorld: Sendable {
    static let day = BeijingDay("2025-10-08") ?? BeijingDay(number: 0)

    let store: TemporaryStore
    let broker: EmbeddedBroker
    let entry: PaymentEntry<Store>
    let platform = PlatformStub()
    let folder = TemporaryFolder()

    private struct NoStores: StoreDirectory {
        func storeID(merchantID: String, deviceID: String) -> String { "" }
    }

    /// Runs `body` in a world of its own; the store is audited at the end.
    static func run(_ body: @Sendable (ReconcileWorld) async throws -> Void) async throws {
        let store = TemporaryStore()
        let problems = try await store.run { broker in
            let entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: store.time)
            try await body(ReconcileWorld(store: store, broker: broker, entry: entry))
        }.problems
        #expect(problems == [])
    }

    func open(
        withAPI: Bool = true, queryCountMax: Int = 1_000, catchUpDays: Int = 0
    ) async throws -> Reconciliation<Store> {
        try await Reconciliation.open(
            entry: entry, bills: withAPI ? platform : nil, query: withAPI ? platform : nil, time: store.time,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            settings: ReconciliationSettings(
                folder: folder.path + "/bills", catchUpDayCount: catchUpDays, queryCountMax: queryCountMax))
    }

    /// Runs the service while `body` runs.
    func serving(
        _ service: Reconciliation<Store>, _ body: @Sendable () async throws -> Void
    ) async throws {
        let running = Task { try await service.run() }
        do { try await body() } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    /// Waits until the day does not run any more.
    func settled(
        _ service: Reconciliation<Store>, _ day: BeijingDay = Self.day
    ) async throws -> (standing: ReconciliationStanding, report: ReconciliationReport?) {
        #expect(
            try await eventually {
                guard let standing = try await service.day(day)?.standing else { return false }
                return standing.state != .running
            })
        return try #require(try await service.day(day))
    }

    /// One run by the platform's bill.
    func reconcile(
        _ service: Reconciliation<Store>, _ day: BeijingDay = Self.day
    ) async throws -> (standing: ReconciliationStanding, report: ReconciliationReport?) {
        _ = try await service.start(day)
        return try await settled(service, day)
    }

    /// One run by an uploaded bill.
    func upload(
        _ service: Reconciliation<Store>, _ bytes: [UInt8], sha1: String? = nil
    ) async throws -> (standing: ReconciliationStanding, report: ReconciliationReport?) {
        let upload = try await service.upload(Self.day)
        for start in stride(from: 0, to: bytes.count, by: 1_000) {
            try await upload.append(Array(bytes[start..<min(start + 1_000, bytes.count)]))
        }
        _ = try await upload.finish(sha1: sha1)
        return try await settled(service)
    }

    // MARK: - Payments

    /// A payment of the day before; its number gives time, ids and merchant.
    static func payment(_ number: Int, amount: Int64 = 1_250, on date: String = "2025-10-08") -> PaidTransaction {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let clock = "\(two(number / 3_600 % 24)):\(two(number / 60 % 60)):\(two(number % 60))"
        return PaidTransaction(
            mode: .partner, providerMerchantID: "1620001234", merchantID: "163000567\(number % 3)",
            appID: "wx5f3a9c1d2b7e4a60", outTradeNo: "CVS-\(number)",
            transactionID: "42000027192025\(10_000_000 + number)",
            successTime: "\(date)T\(clock)+08:00", payer: "oA1b2", amount: amount, payerAmount: amount)
    }

    /// Has a notice bring payments, and their merchants acknowledge them.
    func receive(_ payments: [PaidTransaction], acknowledged: Bool = true) async throws {
        for start in stride(from: 0, to: payments.count, by: Limits.batchCountMax) {
            let part = Array(payments[start..<min(start + Limits.batchCountMax, payments.count)])
            for fate in await entry.enter(part, source: .notice) { #expect(fate == .stored) }
            guard acknowledged else { continue }
            var rows: [RowChange] = []
            for payment in part {
                var record = try #require(try await entry.order(transactionID: payment.transactionID))
                record.state = .acknowledged
                record.acknowledgedAtMillis = 1_760_000_000_000
                rows.append(
                    RowChange(space: .orders, key: Bytes(payment.transactionID), value: Bytes(record.encode())))
            }
            try await broker.commit(Transaction(rows: rows))
        }
    }

    /// Changes the row of an order.
    func change(_ payment: PaidTransaction, _ body: @Sendable (inout OrderRecord) -> Void) async throws {
        var record = try #require(try await entry.order(transactionID: payment.transactionID))
        body(&record)
        try await broker.commit(
            Transaction(rows: [
                RowChange(space: .orders, key: Bytes(payment.transactionID), value: Bytes(record.encode()))
            ]))
    }

    /// Every row of orders and reports, and what waits for merchants.
    func everything() async throws -> [String] {
        var all: [String] = []
        for space in [RowSpace.orders, .state(ConsumerID(rawValue: 8))] {
            for row in try await broker.rows(RowRead(space: space)) {
                all.append("\(Array(row.key.slice)) \(Array(row.value.slice))")
            }
        }
        let queue = try await broker.queue(EntityName(RoadNames.merchantOrdersQueue)).figures()
        return all + ["\(queue.enqueuedTotal) \(queue.waiting)", "\(try await broker.figures().commandCount)"]
    }

    // MARK: - Bills

    static func line(_ payment: PaidTransaction, amount: Int64? = nil, state: String = "SUCCESS") -> String {
        let yuan = yuan(amount ?? payment.amount)
        let time = payment.successTime.prefix(19).replacing("T", with: " ")
        return
            "`\(time),`wx5f3a9c1d2b7e4a60,`1620001234,`\(payment.merchantID),`,`\(payment.transactionID),`\(payment.outTradeNo),"
            + "`oA1b2,`JSAPI,`\(state),`OTHERS,`CNY,`\(yuan),`0.00,`0,`0,`0.00,`0.00,`,`,`茶,`,`0.07500,`0.60%,`\(yuan),`0.00,`"
    }

    static func refundLine(_ payment: PaidTransaction, fen: Int64) -> String {
        "`2025-10-08 23:00:00,`wx5f3a9c1d2b7e4a60,`1620001234,`\(payment.merchantID),`,`\(payment.transactionID),`\(payment.outTradeNo),"
            + "`oA1b2,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5001,`R1,`\(yuan(fen)),`0.00,`ORIGINAL,`PROCESSING,`茶,`,`-0.01,`0.60%,"
            + "`0.00,`\(yuan(fen)),`"
    }

    static func yuan(_ fen: Int64) -> String { "\(fen / 100).\(fen % 100 < 10 ? "0" : "")\(fen % 100)" }

    static let header =
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
        + "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"

    /// A bill of these lines with a summary that agrees, unless `count` says otherwise.
    static func bill(_ lines: [String], count: Int? = nil) throws -> [UInt8] {
        let sums = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
        func whole(_ values: String) -> [UInt8] {
            [0xEF, 0xBB, 0xBF] + Array(([header] + lines + [sums, values]).map { $0 + "\r\n" }.joined().utf8)
        }
        var reader = TradeBillReader()
        let read = try reader.read(whole("`0,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00")[...])
        let paid = yuan(read.filter { $0.kind == .payment }.reduce(0) { $0 + $1.amount })
        let back = yuan(read.reduce(0) { $0 + $1.refundAmount })
        return whole("`\(count ?? read.count),`\(paid),`\(back),`0.00,`0.1,`\(paid),`\(back)")
    }

    func setBill(_ bytes: [UInt8], zipped: Bool = true, on date: String = "2025-10-08") throws {
        platform.setBill(date, zipped ? try Gzip.zipped(bytes) : bytes, sha1: Self.sha1(bytes))
    }

    static func sha1(_ bytes: [UInt8]) -> String {
        var hash = SHA1Stream()
        hash.add(bytes[...])
        return hash.hex
    }
}
