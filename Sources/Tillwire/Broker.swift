public import Engine
public import MessageModel

/// Queues and topics over one engine: the door for every program, the daemon's services included.
///
/// Thread-safe. With the embedded store, make one with ``open(at:options:)`` and end it with ``close(graceMillis:)``; one process opens a store's
/// folder at a time.
public final class Broker<E: Engine>: Sendable {
    /// The engine below.
    @usableFromInline
    let engine: E
    /// Who receives through this broker, so that closing can be told to them.
    let consumers: ConsumerRegistry

    /// A broker over an engine that is open.
    public init(engine: E) {
        self.engine = engine
        consumers = ConsumerRegistry(clock: EngineClock(engine.time))
    }

    /// Makes the queue `name`, or returns it where it exists with the same attributes. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/alreadyExists(_:)`` where it exists with others, ``BrokerError/tooManyEntities(_:)``.
    public func createQueue(
        _ name: EntityName, attributes: QueueAttributes = .init()
    ) async throws(BrokerError) -> Queue<E> {
        let topology = try await engine.apply(.createQueue(name, attributes))
        return try Queue(engine, name, in: topology, consumers)
    }

    /// Removes the queue `name` with its messages and subscriptions; nothing happens where there is none. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/queueInUse(_:)`` where it is another queue's dead-letter queue.
    public func deleteQueue(_ name: EntityName) async throws(BrokerError) {
        guard let entry = topology.queues[name] else { return }
        _ = try await engine.apply(.deleteQueue(entry.id))
    }

    /// Makes the topic `name`, or returns it where it exists with the same attributes. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/alreadyExists(_:)`` where it exists with others, ``BrokerError/tooManyEntities(_:)``.
    public func createTopic(
        _ name: EntityName, attributes: TopicAttributes = .init()
    ) async throws(BrokerError) -> Topic<E> {
        let topology = try await engine.apply(.createTopic(name, attributes))
        return try Topic(engine, name, in: topology)
    }

    /// Removes the topic `name` and its subscriptions; messages that reached queues stay there. Nothing happens where there is none. Durable
    /// when this returns.
    public func deleteTopic(_ name: EntityName) async throws(BrokerError) {
        guard let entry = topology.topics[name] else { return }
        _ = try await engine.apply(.deleteTopic(entry.id))
    }

    /// What happened to a message in queues that are traced, oldest first.
    public func trace(_ message: MessageID) async throws(BrokerError) -> [TraceEvent] {
        try await engine.trace(message)
    }

    /// The queue `name`.
    ///
    /// - Throws: ``BrokerError/queueNotFound(_:)``.
    public func queue(_ name: EntityName) throws(BrokerError) -> Queue<E> {
        try Queue(engine, name, in: engine.topology(), consumers)
    }

    /// The topic `name`.
    ///
    /// - Throws: ``BrokerError/topicNotFound(_:)``.
    public func topic(_ name: EntityName) throws(BrokerError) -> Topic<E> {
        try Topic(engine, name, in: engine.topology())
    }

    /// All queues, topics and subscriptions at this moment.
    public var topology: Topology { engine.topology() }

    /// Commits acknowledgements, sends and row changes, all or nothing. Durable when this returns.
    ///
    /// - Throws: the reason where it was refused.
    @inlinable
    @discardableResult
    public func commit(_ transaction: Transaction<E.Receipt>) async throws(BrokerError) -> [[SendOutcome]] {
        switch try await engine.commit([transaction]).first {
        case .committed(let sends): return sends
        case .refused(let reason): throw reason
        case nil: throw .closed
        }
    }

    /// Commits independent transactions in one go; outcomes are in order. One call for a batch of requests costs one hop.
    @inlinable
    public func commit(_ transactions: [Transaction<E.Receipt>]) async throws(BrokerError) -> [TransactionOutcome] {
        try await engine.commit(transactions)
    }

    /// Settles deliveries of any queues; outcomes are in order. Durable when this returns.
    @inlinable
    public func settle(_ settlements: [Settlement<E.Receipt>]) async throws(BrokerError) -> [SettleOutcome] {
        try await engine.settle(settlements)
    }

    /// The row with this key, or nil.
    @inlinable
    public func row(_ space: RowSpace, key: Bytes) async throws(BrokerError) -> Bytes? {
        let found = try await engine.rows(.one(space, key: key)).first
        return found?.key == key ? found?.value : nil
    }

    /// Rows in key order.
    @inlinable
    public func rows(_ read: RowRead) async throws(BrokerError) -> [Row] { try await engine.rows(read) }

    /// State of the engine.
    public func figures() async throws(BrokerError) -> EngineFigures { try await engine.figures() }

    /// Checks everything the store knows, in short steps beside the running work.
    public func verify() async throws(BrokerError) -> VerifyReport { try await engine.verify() }

    /// Ends what receives, finishes what was accepted and closes. Nothing accepted is lost; later calls throw ``BrokerError/closed``.
    ///
    /// Sequences of messages end and running ``Queue/consume(concurrency:prefetch:visibilityMillis:backoff:as:until:report:_:)`` take nothing
    /// new; what they hold unread is visible to others at once. Handlers, and loops with a message in hand, have `graceMillis` of the store's
    /// clock to finish and settle; then handlers are cancelled and the store closes: what is not settled comes back when its lease ends. A
    /// handler must not wait for this call, since this call waits for it. Where the calling task is cancelled there is no grace.
    public func close(graceMillis: UInt64 = Limits.closeGraceMillis) async {
        await consumers.close(graceMillis: graceMillis)
        await engine.shutdown()
    }
}
