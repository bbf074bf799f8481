public import Engine
public import MessageModel
public import Tillwire

/// A queue whose bodies are payloads of one type, JSON unless said otherwise. Cheap to copy.
///
/// The coder runs in the caller's task, at the edge: what the store keeps are bytes as ever, and others may use the same queue without types.
public struct TypedQueue<E: Engine, Payload: Codable & Sendable>: Sendable {
    /// The queue below.
    public let queue: Queue<E>
    let coding: PayloadCoding<Payload>

    /// Sends one payload. Durable when this returns. A repeat under the same key returns the first one's id.
    ///
    /// - Throws: ``TypedQueueError/unencodable(_:)``, or the broker's reason.
    @discardableResult
    public func send(
        _ payload: Payload, properties: MessageProperties = .none, delayMillis: UInt64 = 0, key: IdempotencyKey? = nil
    ) async throws(TypedQueueError) -> MessageID {
        let body = try coding.body(of: payload)
        do throws(BrokerError) {
            return try await queue.send(body, properties: properties, delayMillis: delayMillis, key: key)
        } catch { throw .broker(error) }
    }

    /// Leases up to `max` messages, as ``Tillwire/Queue/receive(max:visibilityMillis:waitMillis:as:)``. A body that cannot be decoded is treated
    /// as `undecodable` says; with ``UndecodablePolicy/fail`` all messages of the batch are given back.
    public func receive(
        max count: Int = 1, visibilityMillis: UInt64? = nil, waitMillis: UInt64 = 0, as consumer: String = "",
        undecodable: UndecodablePolicy<E> = .fail
    ) async throws(TypedQueueError) -> [TypedMessage<E, Payload>] {
        let messages: [Message<E>]
        do throws(BrokerError) {
            messages = try await queue.receive(
                max: count, visibilityMillis: visibilityMillis, waitMillis: waitMillis, as: consumer)
        } catch { throw .broker(error) }
        var typed: [TypedMessage<E, Payload>] = []
        for message in messages {
            do throws(TypedQueueError) {
                typed.append(try coding.typed(message))
            } catch {
                do throws(TypedQueueError) { try await undecodable.apply(to: message, error) } catch {
                    for message in messages { try? await message.release() }
                    throw error
                }
            }
        }
        return typed
    }
}

extension Queue {
    /// This queue with payloads of one type.
    public func typed<Payload: Codable & Sendable>(
        as type: Payload.Type, coding: PayloadCoding<Payload> = .json
    ) -> TypedQueue<E, Payload> { TypedQueue(queue: self, coding: coding) }
}

extension TransactionBuilder {
    /// Sends a payload to `queue` with the transaction.
    ///
    /// - Throws: ``TypedQueueError/unencodable(_:)``.
    public mutating func send<Payload: Codable & Sendable>(
        _ payload: Payload, to queue: TypedQueue<E, Payload>, properties: MessageProperties = .none,
        delayMillis: UInt64 = 0, key: IdempotencyKey? = nil
    ) throws(TypedQueueError) {
        let body = try queue.coding.body(of: payload)
        send(body, to: queue.queue, properties: properties, delayMillis: delayMillis, key: key)
    }

    /// The message leaves its queue.
    public mutating func acknowledge<Payload: Codable & Sendable>(_ message: TypedMessage<E, Payload>) {
        acknowledge(message.message)
    }
}

extension PayloadCoding {
    func body(of payload: Payload) throws(TypedQueueError) -> Bytes {
        do { return try encode(payload) } catch { throw .unencodable("\(error)") }
    }

    func typed<E: Engine>(_ message: Message<E>) throws(TypedQueueError) -> TypedMessage<E, Payload> {
        do { return TypedMessage(message: message, payload: try decode(message.body)) } catch {
            throw .undecodable(message.id, "\(error)")
        }
    }
}

extension UndecodablePolicy {
    /// Releases or moves the message.
    ///
    /// - Throws: `error` where the policy is to fail, or what the broker says.
    func apply(to message: Message<E>, _ error: TypedQueueError) async throws(TypedQueueError) {
        do throws(BrokerError) {
            switch self {
            case .fail: break
            case .release:
                return try await message.release(
                    delayMillis: Backoff.standard.delayMillis(deliveryCount: message.deliveryCount))
            case .moveAside(let queue):
                try await message.move(to: queue)
                return
            }
        } catch { throw .broker(error) }
        throw error
    }
}
