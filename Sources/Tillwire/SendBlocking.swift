public import Engine
public import MessageModel
public import QueueStore

extension Queue where E == Store {
    /// Sends one message from a thread that may sleep meanwhile. Durable when this returns. A repeat under the same key returns the first one's id.
    ///
    /// For programs with threads of their own: where nobody else writes, the thread commits the message itself. Never from a task, whose shared thread
    /// it would hold for as long as the disk takes.
    ///
    /// - Throws: why it was not stored.
    @inlinable
    @discardableResult
    @available(*, noasync, message: "it blocks the thread: tasks call send")
    public func sendBlocking(
        _ body: Bytes, properties: MessageProperties = .none, delayMillis: UInt64 = 0, key: IdempotencyKey? = nil
    ) throws(BrokerError) -> MessageID {
        let message = OutgoingMessage(body: body, properties: properties, delayMillis: delayMillis, key: key)
        return try engine.messageID(of: engine.sendBlocking(message, to: .queue(id)), source: .queue(id))
    }

    /// Sends 1…256 messages the same way; outcomes are in order. Durable when this returns.
    @inlinable
    @available(*, noasync, message: "it blocks the thread: tasks call send")
    public func sendBlocking(_ messages: [OutgoingMessage]) throws(BrokerError) -> [SendOutcome] {
        try engine.sendBlocking(SendBatch(source: .queue(id), messages: messages))
    }
}

extension Topic where E == Store {
    /// Publishes one message from a thread that may sleep meanwhile. Durable in every matching queue when this returns. Never from a task.
    ///
    /// - Throws: ``BrokerError/noMatchingSubscription(topic:)`` where no queue takes it: it is then not stored.
    @inlinable
    @discardableResult
    @available(*, noasync, message: "it blocks the thread: tasks call publish")
    public func publishBlocking(
        _ body: Bytes, properties: MessageProperties = .none, key: IdempotencyKey? = nil
    ) throws(BrokerError) -> MessageID {
        let message = OutgoingMessage(body: body, properties: properties, key: key)
        return try engine.messageID(of: engine.sendBlocking(message, to: .topic(id)), source: .topic(id))
    }

    /// Publishes 1…256 messages the same way; outcomes are in order. Durable when this returns.
    @inlinable
    @available(*, noasync, message: "it blocks the thread: tasks call publish")
    public func publishBlocking(_ messages: [OutgoingMessage]) throws(BrokerError) -> [SendOutcome] {
        try engine.sendBlocking(SendBatch(source: .topic(id), messages: messages))
    }
}
