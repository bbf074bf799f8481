/// Makes a send repeatable: a second send under the same key stores nothing and gets the first answer.
///
/// The key is scoped to the queue or topic it is sent to. It is compared whole, so a hash collision cannot swallow a payment.
public struct IdempotencyKey: Sendable, Hashable {
    /// How long the first answer is remembered.
    public enum Lifetime: UInt8, Sendable, CaseIterable {
        /// Guards against replayed requests: 10 minutes.
        case replayGuard = 1
        /// A producer's own key: 24 hours.
        case producer = 2
        /// A payment's key: 100 days, as long as its `orders` row (`design.md` §5).
        case payment = 3

        /// Milliseconds the answer is kept at least.
        public var milliseconds: UInt64 {
            switch self {
            case .replayGuard: 600_000
            case .producer: 86_400_000
            case .payment: 100 * 86_400_000
            }
        }
    }

    /// The key's bytes, 1…``Limits/idempotencyKeyByteCountMax``.
    public let bytes: Bytes
    /// How long it holds.
    public let lifetime: Lifetime

    /// Checks the length.
    ///
    /// - Throws: ``BrokerError/invalidIdempotencyKey(byteCount:)``.
    public init(_ bytes: Bytes, lifetime: Lifetime = .producer) throws(BrokerError) {
        guard 1...Limits.idempotencyKeyByteCountMax ~= bytes.count else {
            throw .invalidIdempotencyKey(byteCount: bytes.count)
        }
        self.bytes = bytes
        self.lifetime = lifetime
    }

    /// The UTF-8 bytes of `text` as key.
    ///
    /// - Throws: ``BrokerError/invalidIdempotencyKey(byteCount:)``.
    public init(_ text: String, lifetime: Lifetime = .producer) throws(BrokerError) {
        try self.init(Bytes(text), lifetime: lifetime)
    }
}
