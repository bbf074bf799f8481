public import Engine
public import MessageModel

/// A received message: yours until ``hiddenUntil``, then visible to others again unless you acknowledged it.
public struct Message<E: Engine>: Sendable {
    /// What the engine delivered.
    public let delivery: Delivery<E.Receipt>
    @usableFromInline
    let engine: E

    @usableFromInline
    init(_ engine: E, _ delivery: Delivery<E.Receipt>) {
        self.engine = engine
        self.delivery = delivery
    }

    /// The public id, the same in every queue.
    public var id: MessageID { engine.messageID(source: delivery.source, sequence: delivery.sourceSequence) }
    /// The body.
    public var body: Bytes { delivery.body }
    /// Tags, routing key, headers.
    public var properties: MessageProperties { delivery.properties }
    /// When the queue took it.
    public var enqueuedAt: Timestamp { delivery.enqueuedAt }
    /// 1 at the first delivery.
    public var deliveryCount: Int { delivery.deliveryCount }
    /// End of the lease.
    public var hiddenUntil: Timestamp { delivery.hiddenUntil }
    /// Where it comes from, in a dead-letter queue; nil elsewhere.
    public var origin: DeadLetterOrigin? { delivery.origin }
    /// Settles this delivery.
    public var receipt: E.Receipt { delivery.receipt }

    /// Done: the message leaves the queue. Durable when this returns.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before.
    @inlinable
    public func acknowledge() async throws(BrokerError) { try await settle(.acknowledge) }

    /// Not done: visible again after `delayMillis`, which survive a restart.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before.
    @inlinable
    public func release(delayMillis: UInt64 = 0) async throws(BrokerError) {
        try await settle(.release(delayMillis: delayMillis))
    }

    /// Still working: hidden for `visibilityMillis` from now.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before.
    @inlinable
    public func extend(visibilityMillis: UInt64) async throws(BrokerError) {
        try await settle(.extend(visibilityMillis: visibilityMillis))
    }

    @usableFromInline
    func settle(_ action: Settlement<E.Receipt>.Action) async throws(BrokerError) {
        for case .refused(let reason) in try await engine.settle([Settlement(receipt, action)]) { throw reason }
    }
}
