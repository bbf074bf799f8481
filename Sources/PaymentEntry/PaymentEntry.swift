public import Engine
public import MessageModel
public import PaymentNotice
public import Tillwire

/// How a payment enters the store, whatever told of it: a notice of either generation, an order query, the daily bill.
///
/// One payment becomes one message of `order-payments` and one row of `orders`, keyed by the platform's order number, so that it enters once
/// however often and from whatever side it is told (`wechat-pay.md` §4.2). Thread-safe, a value.
public struct PaymentEntry<E: Engine>: Sendable {
    /// Where it enters.
    public let broker: Broker<E>
    /// The topics.
    public let roads: PaymentRoads
    let stores: any StoreDirectory
    let time: any TimeSource
    /// Nil where no restrictions are known.
    let watch: (any PaymentWatch)?
    /// What was announced and is taken out when it enters; nil where nothing is recovered.
    public let announcements: AnnouncementBook?

    /// Makes the topics and their queues where they are missing.
    ///
    /// - Throws: why the store refused one of them.
    public static func open(
        broker: Broker<E>, stores: any StoreDirectory, time: any TimeSource, watch: (any PaymentWatch)? = nil,
        announcements: AnnouncementBook? = nil
    ) async throws(BrokerError) -> PaymentEntry<E> {
        PaymentEntry(
            broker: broker, roads: try await PaymentRoads.open(on: broker), stores: stores, time: time, watch: watch,
            announcements: announcements)
    }

    private init(
        broker: Broker<E>, roads: PaymentRoads, stores: any StoreDirectory, time: any TimeSource,
        watch: (any PaymentWatch)?, announcements: AnnouncementBook?
    ) {
        self.watch = watch
        self.announcements = announcements
        self.broker = broker
        self.roads = roads
        self.stores = stores
        self.time = time
    }

    /// Commits payments that were asked for or found in a bill, each for itself; fates are in order. Durable when this returns; what is stored is
    /// no longer announced.
    public func enter(_ payments: [PaidTransaction], source: PaymentSource) async -> [EntryFate] {
        let receivedAt = time.now
        var fates: [EntryFate] = []
        var transactions: [Transaction<E.Receipt>] = []
        var places: [Int] = []
        var messages: [OrderPaymentMessage] = []
        for payment in payments {
            do throws(BrokerError) {
                let (message, transaction) = try transaction(payment, source: source, receivedAt: receivedAt)
                transactions.append(transaction)
                messages.append(message)
                places.append(fates.count)
                fates.append(.notStored(.closed))
            } catch {
                fates.append(.notStored(error))
            }
        }
        let committed = await commit(transactions)
        for (place, fate) in zip(places, committed) { fates[place] = fate }
        noteStored(zip(messages, committed).filter { $0.1 == .stored }.map(\.0))
        announcements?.settle(
            zip(payments, fates).lazy.filter { $0.1.isStored }.map {
                .order(merchantID: $0.0.merchantID, outTradeNo: $0.0.outTradeNo)
            })
        return fates
    }

    /// Commits transactions of this room, each for itself; as many fates as transactions, in order. Durable when this returns.
    @_specialize(where E == Store)
    public func commit(_ transactions: [Transaction<E.Receipt>]) async -> [EntryFate] {
        guard !transactions.isEmpty else { return [] }
        do throws(BrokerError) {
            let outcomes = try await broker.commit(transactions)
            // An engine that returns fewer outcomes than it was given must not leave a payment without a fate.
            return transactions.indices.map { index in
                guard index < outcomes.count else { return .notStored(.corrupted("a commit without an outcome")) }
                return EntryFate(outcomes[index])
            }
        } catch {
            return transactions.map { _ in .notStored(error) }
        }
    }

    /// Tells of the payments among these, stored for the first time, that were prohibited when they were made. Call it after their commit.
    public func noteStored(_ messages: some Sequence<OrderPaymentMessage>) {
        guard let watch else { return }
        for message in messages where watch.isProhibited(message) { watch.prohibitedPaymentStored(message) }
    }

    /// What is known of an order; nil where it never entered.
    ///
    /// - Throws: why it could not be read.
    public func order(transactionID: String) async throws(BrokerError) -> OrderRecord? {
        guard let row = try await broker.row(.orders, key: Bytes(transactionID)) else { return nil }
        do throws(OrderRecordError) { return try OrderRecord.decode(Array(row.slice)) } catch {
            throw .corrupted("the order's row: \(error)")
        }
    }
}
