public import Engine
public import MessageModel

extension Store {
    /// Changes queues, topics and subscriptions. Durable when this returns.
    public func apply(_ change: TopologyChange) async throws(BrokerError) -> Topology {
        switch change {
        case .createQueue(_, let attributes), .setQueueAttributes(_, let attributes): try Self.check(attributes)
        case .createTopic(_, let attributes), .setTopicAttributes(_, let attributes):
            try Self.check(bodyByteCountMax: attributes.bodyByteCountMax)
        default: break
        }
        return try await submit { .topology(change, $0) }
    }

    /// Removes every message of a queue, leased and delayed ones too; receipts for them are void. Durable when this returns; the room is freed in
    /// bounded steps afterwards.
    ///
    /// - Returns: how many messages there were.
    public func purge(_ queue: QueueID) async throws(BrokerError) -> UInt64 {
        let state = try queueState(queue)
        return try await submit { .purge(state, $0) }
    }

    /// Makes every message visible again that the queue took at `moment` or later and that was acknowledged since. Durable when this returns, and
    /// seen by the next receive; delivery counts begin anew. Soon after a crash, what stands below the mark of deliveries is seen once the leases
    /// from before are over.
    ///
    /// - Throws: ``BrokerError/rewindOff(queue:)``, ``BrokerError/outOfRange(_:)`` for a moment in the future or beyond the queue's
    ///   ``QueueAttributes/rewindMillis``, ``BrokerError/overloaded(_:)`` while another rewind is under way.
    public func rewind(_ queue: QueueID, to moment: Timestamp) async throws(BrokerError) {
        let state = try queueState(queue)
        try await submit { .rewind(state, to: moment, $0) }
    }

    private static func check(_ attributes: QueueAttributes) throws(BrokerError) {
        guard 1...Limits.visibilityMillisMax ~= attributes.visibilityMillis else {
            throw .outOfRange(
                "visibility of \(attributes.visibilityMillis) ms: 1 to \(Limits.visibilityMillisMax) are allowed")
        }
        try check(bodyByteCountMax: attributes.bodyByteCountMax)
        guard attributes.pollMillis <= Limits.pollMillisMax else {
            throw .outOfRange("wait of \(attributes.pollMillis) ms: at most \(Limits.pollMillisMax) are allowed")
        }
        if let retention = attributes.retentionMillis {
            guard Limits.retentionMillisMin...Limits.retentionMillisMax ~= retention else {
                throw .outOfRange(
                    "retention of \(retention) ms: \(Limits.retentionMillisMin) to \(Limits.retentionMillisMax) are allowed"
                )
            }
        }
        let rewindMax = attributes.retentionMillis ?? Limits.retentionMillisMax
        guard attributes.rewindMillis <= rewindMax else {
            throw .outOfRange("rewind of \(attributes.rewindMillis) ms: at most the retention, \(rewindMax) ms")
        }
        guard attributes.messageCountMax != 0, attributes.byteCountMax != 0 else {
            throw .outOfRange("a queue's largest number of messages or bytes: at least 1")
        }
        if let policy = attributes.deadLetter { try check(policy, attributes) }
    }

    private static func check(bodyByteCountMax count: Int) throws(BrokerError) {
        guard 1...Limits.bodyByteCountMax ~= count else {
            throw .outOfRange("largest body of \(count) bytes: 1 to \(Limits.bodyByteCountMax) are allowed")
        }
    }

    private static func check(_ policy: DeadLetterPolicy, _ attributes: QueueAttributes) throws(BrokerError) {
        guard policy.deliveryCountMax != nil || policy.ageMillisMax != nil else {
            throw .outOfRange("dead-letter policy: a number of deliveries, an age, or both are needed")
        }
        if let count = policy.deliveryCountMax {
            guard 1...Limits.deliveryCountMax ~= count else {
                throw .outOfRange(
                    "dead letters after \(count) deliveries: 1 to \(Limits.deliveryCountMax) are allowed")
            }
        }
        if let age = policy.ageMillisMax {
            guard age >= 1, age < attributes.retentionMillis ?? .max, age <= Limits.retentionMillisMax else {
                throw .outOfRange("dead letters after \(age) ms: 1 ms to below the retention are allowed")
            }
        }
    }
}
