public import Engine
public import MessageModel
public import Tillwire

/// A topic whose bodies are payloads of one type, JSON unless said otherwise. Cheap to copy.
public struct TypedTopic<E: Engine, Payload: Codable & Sendable>: Sendable {
    /// The topic below.
    public let topic: Topic<E>
    let coding: PayloadCoding<Payload>

    /// Publishes one payload. Durable in every matching queue when this returns.
    ///
    /// - Throws: ``TypedQueueError/unencodable(_:)``, or the broker's reason.
    @discardableResult
    public func publish(
        _ payload: Payload, properties: MessageProperties = .none, key: IdempotencyKey? = nil
    ) async throws(TypedQueueError) -> MessageID {
        let body = try coding.body(of: payload)
        do throws(BrokerError) {
            return try await topic.publish(body, properties: properties, key: key)
        } catch { throw .broker(error) }
    }
}

extension Topic {
    /// This topic with payloads of one type.
    public func typed<Payload: Codable & Sendable>(
        as type: Payload.Type, coding: PayloadCoding<Payload> = .json
    ) -> TypedTopic<E, Payload> { TypedTopic(topic: self, coding: coding) }
}

extension TransactionBuilder {
    /// Publishes a payload to `topic` with the transaction.
    ///
    /// - Throws: ``TypedQueueError/unencodable(_:)``.
    public mutating func publish<Payload: Codable & Sendable>(
        _ payload: Payload, to topic: TypedTopic<E, Payload>, properties: MessageProperties = .none,
        key: IdempotencyKey? = nil
    ) throws(TypedQueueError) {
        publish(try topic.coding.body(of: payload), to: topic.topic, properties: properties, key: key)
    }
}
