internal import Engine
public import MessageModel
public import TopicConsumer
internal import Tillwire

/// A consumer of the topic that keeps definitions in a ``DefinitionBook`` and counts orders for them: what the services of campaigns and of promotions
/// have in common. They add what an order means.
public protocol DefinitionKeeper: OrderConsumer {
    /// What it keeps.
    associatedtype Definition: KeptDefinition

    /// Owns its state rows; the same for ever.
    static var consumerID: ConsumerID { get }
    /// Its memory. Begins empty.
    var book: DefinitionBook<Definition> { get set }
    /// What happened since the start.
    var counters: KeeperCounters { get set }
    /// Wakes the sweep.
    nonisolated var sweepSignal: WakeSignal { get }

    /// Counts an order for the definitions that it concerns.
    func count(_ order: ConsumedOrder)
}

extension DefinitionKeeper {
    /// See ``TopicConsumer/OrderConsumer/reload()``.
    public func reload() async throws(BrokerError) { try await reloadBook() }

    /// Reads the book anew.
    public func reloadBook() async throws(BrokerError) {
        book = try await DefinitionBook.read(consumer: Self.consumerID, broker: broker)
        counters.uncommittedCount = 0
    }

    /// Reads the rows of these orders and of their payers. At most two for each order and definition.
    public func prepare(_ messages: [ConsumedMessage]) async throws(BrokerError) {
        let orders = messages.compactMap { message -> ConsumedOrder? in
            if case .order(let order) = message { order } else { nil }
        }
        let space = RowSpace.state(Self.consumerID)
        var found: [Bytes: Bytes?] = [:]
        for key in book.keysNeeded(for: orders) {
            found.updateValue(try await broker.row(space, key: key), forKey: key)
        }
        try book.hold(found)
    }

    /// Counts an order, or notes what was set aside.
    public func take(_ message: ConsumedMessage) {
        switch message {
        case .order(let order):
            counters.uncommittedCount += 1
            count(order)
        case .setAside(let order): book.setAside.add(order)
        }
    }

    /// See ``TopicConsumer/OrderConsumer/changeCount``.
    public var changeCount: Int { book.changeCount }

    /// See ``TopicConsumer/OrderConsumer/takeChanges()``.
    public func takeChanges() -> ConsumerChanges { ConsumerChanges(rows: book.takeChanges()) }

    /// Counts what is durable now.
    public func changesCommitted() {
        counters.consumedCount += counters.uncommittedCount
        counters.uncommittedCount = 0
    }

    /// For status and metrics. What is kept in rows reads as zero until they were read for the first time.
    public var keeperFigures: KeeperFigures {
        var figures = KeeperFigures()
        figures.consumedCount = counters.consumedCount
        figures.failureCount = counters.failureCount
        figures.sweptRowCount = counters.sweptRowCount
        for reason in SetAsideReason.allCases { figures.setAsideCounts[reason] = book.setAside.count(reason) }
        figures.definitionCount = book.definitionCount
        figures.clockMillis = book.clockMillis
        return figures
    }
}
