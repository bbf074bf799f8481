public import Engine
public import MessageModel

/// What a service needs that answers for many requests at once: the engine's own calls, without a handle per queue or topic.
extension Broker {
    /// The clock of the engine's moments.
    public var time: any TimeSource { engine.time }

    /// Changes queues, topics and subscriptions. Durable when this returns.
    ///
    /// - Throws: why it was refused; nothing was changed.
    public func apply(_ change: TopologyChange) async throws(BrokerError) -> Topology { try await engine.apply(change) }

    /// Leases up to `countMax` visible messages, waiting for the first one as long as the request says. Empty where none came.
    @inlinable
    public func receive(_ request: ReceiveRequest) async throws(BrokerError) -> [Delivery<E.Receipt>] {
        try await engine.receive(request)
    }

    /// Depth and age of a queue.
    public func figures(of queue: QueueID) async throws(BrokerError) -> QueueFigures {
        try await engine.figures(of: queue)
    }

    /// Removes every message of a queue; returns how many there were. Durable when this returns.
    public func purge(_ queue: QueueID) async throws(BrokerError) -> UInt64 { try await engine.purge(queue) }

    /// Makes visible again what a queue took at `moment` or later and was acknowledged since. Durable when this returns.
    public func rewind(_ queue: QueueID, to moment: Timestamp) async throws(BrokerError) {
        try await engine.rewind(queue, to: moment)
    }

    /// The public id of a message.
    @inlinable
    public func messageID(source: SourceID, sequence: SequenceNumber) -> MessageID {
        engine.messageID(source: source, sequence: sequence)
    }

    /// Stores messages of one source. Durable when this returns; outcomes are in the order of the messages.
    @inlinable
    public func send(_ batch: SendBatch) async throws(BrokerError) -> [SendOutcome] { try await engine.send(batch) }
}
