public import Engine
internal import MessageModel
public import Tillwire

/// The messages of a typed queue as they come, for `for try await`; see ``TypedQueue/messages(prefetch:visibilityMillis:as:until:undecodable:)``.
public struct TypedMessages<E: Engine, Payload: Codable & Sendable>: AsyncSequence, Sendable {
    /// A received message with its payload.
    public typealias Element = TypedMessage<E, Payload>
    /// What ends the loop with an error.
    public typealias Failure = TypedQueueError

    let messages: Messages<E>
    let coding: PayloadCoding<Payload>
    let undecodable: UndecodablePolicy<E>

    /// Begins to receive with the first call of ``Iterator/next(isolation:)``.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: messages.makeAsyncIterator(), coding: coding, undecodable: undecodable)
    }

    /// One loop over the messages.
    public struct Iterator: AsyncIteratorProtocol {
        var base: Messages<E>.Iterator
        let coding: PayloadCoding<Payload>
        let undecodable: UndecodablePolicy<E>

        /// The next message that can be decoded, or nil at the end, as ``Tillwire/Messages/Iterator/next(isolation:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(TypedQueueError) -> TypedMessage<E, Payload>? {
            while true {
                let message: Message<E>?
                do throws(BrokerError) { message = try await base.next(isolation: actor) } catch {
                    throw .broker(error)
                }
                guard let message else { return nil }
                do throws(TypedQueueError) {
                    return try coding.typed(message)
                } catch {
                    try await undecodable.apply(to: message, error)
                }
            }
        }

        /// The same, for callers that name no isolation.
        public mutating func next() async throws(TypedQueueError) -> TypedMessage<E, Payload>? {
            try await next(isolation: nil)
        }
    }
}

extension TypedQueue {
    /// The messages of this queue as they come, as ``Tillwire/Queue/messages(prefetch:visibilityMillis:as:until:)``.
    ///
    /// - Parameter undecodable: what becomes of a message that cannot be decoded.
    public func messages(
        prefetch: Int = 32, visibilityMillis: UInt64? = nil, as consumer: String = "", until stop: StopSignal? = nil,
        undecodable: UndecodablePolicy<E> = .fail
    ) -> TypedMessages<E, Payload> {
        TypedMessages(
            messages: queue.messages(
                prefetch: prefetch, visibilityMillis: visibilityMillis, as: consumer, until: stop),
            coding: coding, undecodable: undecodable)
    }
}
