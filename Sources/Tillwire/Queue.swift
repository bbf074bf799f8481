public import Engine
public import MessageModel

/// A queue: ordered by sequence on first delivery, at least once.
///
/// Thread-safe, cheap to copy.
public struct Queue<E: Engine>: Sendable {
    /// Its name.
    public let name: EntityName
    /// Its number.
    public let id: QueueID
    @usableFromInline
    let engine: E

    init(_ engine: E, _ name: EntityName, in topology: Topology) throws(BrokerError) {
        guard let entry = topology.queues[name] else { throw .queueNotFound(name.text) }
        self.engine = engine
        self.name = entry.name
        id = entry.id
    }

    /// Sends one message. Durable when this returns. A repeat under the same key returns the first one's id.
    ///
    /// - Throws: why it was not stored.
    @inlinable
    @discardableResult
    public func send(
        _ body: Bytes, properties: MessageProperties = .none, delayMillis: UInt64 = 0, key: IdempotencyKey? = nil
    ) async throws(BrokerError) -> MessageID {
        let message = OutgoingMessage(body: body, properties: properties, delayMillis: delayMillis, key: key)
        return try engine.messageID(of: await engine.send(message, to: .queue(id)), source: .queue(id))
    }

    /// Sends 1…256 messages; outcomes are in order. Durable when this returns.
    @inlinable
    public func send(_ messages: [OutgoingMessage]) async throws(BrokerError) -> [SendOutcome] {
        try await engine.send(SendBatch(source: .queue(id), messages: messages))
    }

    /// Leases up to `max` messages for `visibilityMillis` (the queue's own setting where nil), waiting up to `waitMillis` for the first.
    ///
    /// `consumer` is what the caller calls itself in traces, at most ``MessageModel/Limits/consumerLabelByteCountMax`` bytes.
    ///
    /// - Returns: the messages, or none where none came in time.
    @inlinable
    public func receive(
        max count: Int = 1, visibilityMillis: UInt64? = nil, waitMillis: UInt64 = 0, as consumer: String = ""
    ) async throws(BrokerError) -> [Message<E>] {
        let request = ReceiveRequest(
            queue: id, countMax: count, visibilityMillis: visibilityMillis, waitMillis: waitMillis, consumer: consumer)
        return try await engine.receive(request).map { Message(engine, $0) }
    }

    /// Leases up to `max` messages in the order of their sequences, for the queue's only consumer: leases from before this start of the store are
    /// void, and nothing comes while a delivery is open (``Engine/ReceiveRequest/isExclusive``).
    ///
    /// - Returns: the messages, or none where none came in time.
    @inlinable
    public func receiveInOrder(
        max count: Int, visibilityMillis: UInt64? = nil, waitMillis: UInt64 = 0
    ) async throws(BrokerError) -> [Message<E>] {
        let request = ReceiveRequest(
            queue: id, countMax: count, visibilityMillis: visibilityMillis, waitMillis: waitMillis, isExclusive: true)
        return try await engine.receive(request).map { Message(engine, $0) }
    }

    /// Acknowledges deliveries: the messages leave the queue. Durable when this returns.
    ///
    /// - Throws: the first reason where one was refused; the others are done all the same.
    @inlinable
    public func acknowledge(_ messages: [Message<E>]) async throws(BrokerError) {
        let outcomes = try await engine.settle(messages.map { Settlement($0.receipt, .acknowledge) })
        for case .refused(let reason) in outcomes { throw reason }
    }

    /// Removes every message; returns how many there were. Receipts for them are void. Durable when this returns.
    @discardableResult
    public func purge() async throws(BrokerError) -> UInt64 { try await engine.purge(id) }

    /// Makes visible again what this queue took at `moment` or later and was acknowledged since. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/rewindOff(queue:)``, ``BrokerError/outOfRange(_:)``.
    public func rewind(to moment: Timestamp) async throws(BrokerError) { try await engine.rewind(id, to: moment) }

    /// Its settings at this moment.
    ///
    /// - Throws: ``BrokerError/queueNotFound(_:)`` where it was deleted.
    public var attributes: QueueAttributes {
        get throws(BrokerError) {
            guard let entry = engine.topology().queues[name], entry.id == id else { throw .queueNotFound(name.text) }
            return entry.attributes
        }
    }

    /// Changes its settings: `change` is given those of this moment. Durable when this returns. Two changes at once: the later one wins whole.
    public func setAttributes(_ change: (inout QueueAttributes) -> Void) async throws(BrokerError) {
        var attributes = try attributes
        change(&attributes)
        _ = try await engine.apply(.setQueueAttributes(id, attributes))
    }

    /// Has receives find nothing until ``resume()``; sends are taken. Durable when this returns.
    public func pause() async throws(BrokerError) { try await setAttributes { $0.isPaused = true } }

    /// Ends ``pause()``. Durable when this returns.
    public func resume() async throws(BrokerError) { try await setAttributes { $0.isPaused = false } }

    /// Depth and age.
    public func figures() async throws(BrokerError) -> QueueFigures { try await engine.figures(of: id) }
}

extension Engine {
    /// The id a single send is answered with.
    ///
    /// - Throws: why it was not stored.
    @inlinable
    func messageID(of outcome: SendOutcome, source: SourceID) throws(BrokerError) -> MessageID {
        switch outcome {
        case .stored(let sequence), .duplicate(let sequence): return messageID(source: source, sequence: sequence)
        case .refused(let reason): throw reason
        }
    }
}
