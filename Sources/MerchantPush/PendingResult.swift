internal import Engine
internal import MessageModel

/// A result that waits for its commit.
struct PendingResult<Receipt: EngineReceipt>: Sendable {
    /// What is counted once it is durable.
    enum Kind: Sendable, Equatable {
        /// The merchant acknowledged; received when, for the time it took.
        case acknowledged(receivedAtMillis: Int64, acknowledgedAtMillis: Int64)
        /// Another attempt will come.
        case scheduled
        /// Moved to `dead-orders`.
        case dead
        /// No order; moved to `dead-orders`.
        case malformed
        /// Moved to the merchant's hold queue.
        case held(merchantID: String)
        /// Sent back without an attempt.
        case deferred
        /// Moved from a hold queue to `merchant-orders`.
        case returned
    }

    /// What to commit.
    let transaction: Transaction<Receipt>
    /// What it means.
    let kind: Kind
    /// Commits tried so far.
    var tryCount = 0
}
