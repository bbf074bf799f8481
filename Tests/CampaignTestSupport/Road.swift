package import CampaignRules
package import Engine
package import Logging
package import MessageModel
package import PaymentNotice
package import QueueStore
internal import Synchronization
internal import TestSupport
package import Tillwire
package import TopicConsumer

/// A registry that knows the merchants m0 to m9.
package struct TenMerchants: KnownMerchants {
    package init() {}

    package func isKnown(merchantID: String) -> Bool { merchantID.count == 2 && merchantID.hasPrefix("m") }
}

/// Makes the store's commits fail: of three one as if the disk had failed, one as if the map were full, until it is told to stop.
///
/// The store commits for itself too, so which commits are the service's is not known beforehand; with two of three failing, some of them are.
package final class FaultSwitch: Sendable {
    private static let pattern: [InjectedFault?] = [.diskFailed, .mapFull, nil]
    /// The next place in the pattern; nil where nothing fails.
    private let place = Mutex<Int?>(nil)

    package init() {}

    /// Begins at a place of the pattern.
    package func arm(from start: Int) { place.withLock { $0 = start } }
    package func disarm() { place.withLock { $0 = nil } }

    package func install(_ options: inout StoreOptions) {
        options.faultBeforeCommit = {
            self.place.withLock { place in
                guard let now = place else { return nil }
                place = now + 1
                return Self.pattern[now % Self.pattern.count]
            }
        }
    }
}

/// The road of orders from a topic to the service's queue.
package enum Road {
    /// Where the store's clock stands when a test begins.
    package static let nowMillis: Int64 = 1_760_000_000_000
    package static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let template = """
        {"type":"order.paid","timestamp":"2025-10-09T08:53:20.000Z","data":{"transaction_id":"tx1","out_trade_no":"no1",\
        "merchant_id":"m1","store_id":"s1","device_id":"","payer":"payer1","amount":1000,"payer_amount":1000,"discount":0,\
        "currency":"CNY","trade_type":"JSAPI","bank_type":"CMC","attach":"","paid_at":"2025-10-09T16:53:20+08:00",\
        "source":"notice"}}
        """

    package static func order(
        _ transactionID: String, merchant: String = "m1", payer: String = "payer1", amount: Int64 = 1_000,
        paidAt: Int64 = nowMillis
    ) throws -> OrderPaymentMessage {
        var message = try OrderPaymentMessage.decode(Array(template.utf8))
        message.transactionID = transactionID
        message.merchantID = merchant
        message.payer = payer
        message.amount = amount
        message.timestampMillis = paidAt
        return message
    }

    private static let published = Mutex(0)

    /// A few thousand orders of four merchants around a window, a fifth of them repeats, in an order that a seed gives.
    package static func orders(count: Int, seed: UInt64) throws -> [OrderPaymentMessage] {
        var generator = SeededGenerator(seed: seed)
        var orders: [OrderPaymentMessage] = []
        for index in 0..<count {
            if index > 0, Int.random(in: 0..<5, using: &generator) == 0 {
                orders.append(orders[Int.random(in: 0..<index, using: &generator)])
                continue
            }
            let payer = Int.random(in: 0..<400, using: &generator)
            orders.append(
                try order(
                    "tx\(index)", merchant: "m\(Int.random(in: 1...4, using: &generator))",
                    payer: payer == 0 ? "" : String(repeating: "p", count: payer % 80) + "\(payer)",
                    amount: Int64.random(in: 1...5_000, using: &generator),
                    paidAt: nowMillis - Int64.random(in: 0..<200_000, using: &generator)))
        }
        return orders
    }

    /// Publishes, every third under a key of its own that no repeat shares, in this call or a later one.
    package static func publish(_ orders: [OrderPaymentMessage], _ broker: EmbeddedBroker) async throws {
        let topic = try broker.topic(EntityName(RoadNames.orderPaymentsTopic))
        for start in stride(from: 0, to: orders.count, by: 256) {
            let messages = try orders[start..<min(start + 256, orders.count)].enumerated().map { index, order in
                let key = index % 3 == 0 ? try IdempotencyKey("test:\(published.withLock { $0 += 1; return $0 })") : nil
                return OutgoingMessage(body: Bytes(order.encode()), key: key)
            }
            for case .refused(let reason) in try await topic.publish(messages) { throw reason }
        }
    }

    /// Consumes until the queue is empty, or until `isEnough`.
    package static func drain<Consumer: OrderConsumer>(
        _ consumer: Consumer, until isEnough: @Sendable () async -> Bool = { false }
    ) async throws {
        let consuming = Task { await consumer.consume() }
        while try await isWaiting(consumer.queue) {
            if await isEnough() { break }
            await Task.yield()
        }
        consuming.cancel()
        await consuming.value
    }

    /// Whether messages wait, or nobody can say because the store is being opened again after a failure.
    private static func isWaiting(_ queue: Queue<some Engine>) async throws -> Bool {
        do throws(BrokerError) {
            return try await queue.figures().waiting > 0
        } catch {
            if case .overloaded = error { return true }
            throw error
        }
    }

    /// All state rows of a consumer.
    package static func rows(_ consumer: ConsumerID, _ broker: EmbeddedBroker) async throws -> [Row] {
        var rows: [Row] = []
        while true {
            let from = rows.last.map { Bytes(Array($0.key.slice) + [0]) } ?? .empty
            let page = try await broker.rows(RowRead(space: .state(consumer), from: from))
            rows += page
            if page.count < Limits.rowReadCountMax { return rows }
        }
    }

    package static func criteria(
        starts: Int64 = nowMillis - 150_000, ends: Int64 = nowMillis - 50_000, merchants: [String]? = nil,
        amountMin: Int64 = 1
    ) throws -> OrderCriteria {
        try OrderCriteria(
            startsAtMillis: starts, endsAtMillis: ends,
            merchants: try merchants.map { try MerchantSelection(merchantIDs: $0) } ?? .all, amountMinFen: amountMin)
    }
}
