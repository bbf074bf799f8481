internal import Engine
public import MessageModel

/// A message that a transaction sent or published.
public struct SentMessage: Sendable, Hashable {
    /// Its public id; the first one's where it was a repeat.
    public let id: MessageID
    /// Whether its idempotency key was seen before: nothing was stored then.
    public let isRepeat: Bool
}

extension Broker {
    /// Commits what `build` gathers, all or nothing: acknowledgements, sends, publishes and rows. Durable when this returns.
    ///
    /// A stale receipt, a row that is not as expected, or a message that is refused, refuses the whole of it.
    ///
    /// - Returns: what was sent and published, in the order of the calls.
    /// - Throws: what `build` throws: nothing is committed then; else ``BrokerError``, the reason.
    @discardableResult
    public func transaction(
        _ build: (inout TransactionBuilder<E>) throws -> Void
    ) async throws -> [SentMessage] {
        var builder = TransactionBuilder<E>()
        try build(&builder)
        return try await commit(consume builder)
    }

    /// Commits what was gathered.
    private func commit(_ builder: consuming TransactionBuilder<E>) async throws(BrokerError) -> [SentMessage] {
        let transaction = builder.parts
        let outcomes = try await commit(transaction)
        var sent: [SentMessage] = []
        for (batch, row) in zip(transaction.sends, outcomes) {
            for outcome in row {
                let id = try engine.messageID(of: outcome, source: batch.source)
                if case .duplicate = outcome {
                    sent.append(SentMessage(id: id, isRepeat: true))
                } else {
                    sent.append(SentMessage(id: id, isRepeat: false))
                }
            }
        }
        return sent
    }
}
