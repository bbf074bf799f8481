internal import Engine
internal import MessageModel
internal import Synchronization
public import Tillwire

extension TypedQueue {
    /// Calls `handler` for every message, as ``Tillwire/Queue/consume(concurrency:prefetch:visibilityMillis:backoff:as:until:report:_:)`` with
    /// the same parameters.
    ///
    /// - Parameter undecodable: what becomes of a message that cannot be decoded. With ``UndecodablePolicy/fail`` the message is released with
    ///   `backoff`, running handlers finish, and the error is thrown.
    public func consume(
        concurrency: Int = 8, prefetch: Int? = nil, visibilityMillis: UInt64? = nil, backoff: Backoff = .standard,
        as consumer: String = "", until stop: StopSignal? = nil, undecodable: UndecodablePolicy<E> = .fail,
        report: @escaping @Sendable (ConsumeEvent<E>) -> Void = { _ in },
        _ handler: @escaping @Sendable (TypedMessage<E, Payload>) async throws -> Void
    ) async throws(TypedQueueError) {
        let ending = StopSignal()
        let stopID = stop?.onStop { ending.stop() }
        defer { if let stopID { stop?.forget(stopID) } }
        let failed = Failure()
        do throws(BrokerError) {
            try await queue.consume(
                concurrency: concurrency, prefetch: prefetch, visibilityMillis: visibilityMillis, backoff: backoff,
                as: consumer, until: ending, report: report
            ) { [coding] message in
                let typed: TypedMessage<E, Payload>
                do throws(TypedQueueError) { typed = try coding.typed(message) } catch {
                    guard case .moveAside(let aside) = undecodable else {
                        if case .fail = undecodable {
                            failed.set(error)
                            ending.stop()
                        }
                        throw error
                    }
                    try await message.move(to: aside)
                    return
                }
                try await handler(typed)
            }
        } catch { throw .broker(error) }
        if let error = failed.first { throw error }
    }
}

/// The first error of several tasks. Thread-safe.
private final class Failure: Sendable {
    private let state = Mutex<TypedQueueError?>(nil)

    var first: TypedQueueError? { state.withLock { $0 } }

    func set(_ error: TypedQueueError) { state.withLock { $0 = $0 ?? error } }
}
