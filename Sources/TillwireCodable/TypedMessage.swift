public import Engine
public import MessageModel
public import Tillwire

/// A received message with its decoded payload.
public struct TypedMessage<E: Engine, Payload: Codable & Sendable>: Sendable {
    /// The message; settle it through this where one of the shortcuts here does not do.
    public let message: Message<E>
    /// What the body says.
    public let payload: Payload

    /// The public id.
    public var id: MessageID { message.id }

    /// Done: the message leaves the queue. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before.
    public func acknowledge() async throws(BrokerError) { try await message.acknowledge() }

    /// Not done: visible again after `delayMillis`.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before.
    public func release(delayMillis: UInt64 = 0) async throws(BrokerError) {
        try await message.release(delayMillis: delayMillis)
    }
}
