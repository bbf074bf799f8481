internal import Engine
public import MessageModel

extension Queue {
    /// Calls `handler` for every message, for up to `concurrency` at once, until the task is cancelled, `stop` is given, or the broker closes.
    ///
    /// - A message is **acknowledged after its handler returned** and released with `backoff` where it threw; the queue's dead-letter policy
    ///   counts its deliveries. Acknowledgements of several handlers become durable in one commit. A crash between a handler's effect and
    ///   its acknowledgement repeats the message: for an effect exactly once, acknowledge it in a ``Broker/transaction(_:)`` within the handler.
    /// - While a handler runs, and while a message waits for one, its **lease is extended** at half its length, up to
    ///   ``MessageModel/Limits/keepHiddenMillisMax``. Where the lease is lost all the same (the queue was purged, say) the message is not
    ///   acknowledged: others may have it.
    /// - At most `prefetch` messages are held: waiting for a handler, in one, or waiting for their acknowledgement to be durable.
    /// - With a `concurrency` of 1 messages come in the order of the queue, except those that were released.
    /// - **Cancellation** cancels the handlers; a message whose handler then throws is visible to others at once, one whose handler returns is
    ///   acknowledged. **Stopping**, and closing the broker, let handlers finish. In both cases what no handler had is visible to others at
    ///   once, and this call returns, without an error, when everything is settled.
    /// - Refusals that pass (overload, a store that opens its files again) are reported and tried again.
    ///
    /// - Parameters:
    ///   - concurrency: handlers at once, 1…``MessageModel/Limits/handlerCountMax``.
    ///   - prefetch: `concurrency`…``MessageModel/Limits/heldDeliveryCountMax``; twice `concurrency` where nil.
    ///   - visibilityMillis: the length of a lease; the queue's own setting where nil.
    ///   - backoff: how long a message waits after its handler threw.
    ///   - consumer: what the caller calls itself in traces.
    ///   - stop: ends it gracefully.
    ///   - report: told what went wrong; called on the consumer's tasks, must return at once.
    ///   - handler: works on one message; called on many tasks at once.
    /// - Throws: ``BrokerError/queueNotFound(_:)`` where the queue is deleted, ``BrokerError/outOfRange(_:)``, or what else makes receiving
    ///   impossible, after running handlers finished.
    public func consume(
        concurrency: Int = 8, prefetch: Int? = nil, visibilityMillis: UInt64? = nil,
        backoff: Backoff = .standard, as consumer: String = "",
        until stop: StopSignal? = nil, report: @escaping @Sendable (ConsumeEvent<E>) -> Void = { _ in },
        _ handler: @escaping @Sendable (Message<E>) async throws -> Void
    ) async throws(BrokerError) {
        guard 1...Limits.handlerCountMax ~= concurrency else {
            throw .outOfRange("concurrency of \(concurrency): 1 to \(Limits.handlerCountMax) are allowed")
        }
        let prefetch = prefetch ?? 2 * concurrency
        guard concurrency...Limits.heldDeliveryCountMax ~= prefetch else {
            throw .outOfRange("prefetch of \(prefetch): \(concurrency) to \(Limits.heldDeliveryCountMax) are allowed")
        }
        let visibility = try leaseMillis(visibilityMillis)
        let request = ReceiveRequest(
            queue: id, countMax: 1, visibilityMillis: visibility, waitMillis: Limits.pollMillisMax, consumer: consumer)
        let run = Consumer(
            self, request, visibilityMillis: visibility, concurrency: concurrency, prefetch: prefetch, backoff: backoff,
            report: report, handler: handler)
        let place: UInt64
        do throws(BrokerError) {
            place = try consumers.enter(.init(stop: { run.stop() }, abandon: { run.abandon() }))
        } catch {
            // The broker closes already: that is the end of consuming, not a failure.
            return
        }
        let stopID = stop?.onStop { run.stop() }
        defer {
            if let stopID { stop?.forget(stopID) }
            consumers.leave(place)
        }
        try await run.run()
    }
    /// The length of leases: what the caller says, else the queue's setting.
    func leaseMillis(_ asked: UInt64?) throws(BrokerError) -> UInt64 {
        if let asked { return asked }
        return try attributes.visibilityMillis
    }
}
