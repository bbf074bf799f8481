/// Bytes that the arrays behind the windows hold, used or not.
public struct WindowMemory: Sendable, Equatable {
    /// One row for each merchant index up to the largest seen.
    public var merchantByteCount: Int
    /// Remembered events, 20 bytes each.
    public var eventByteCount: Int
    /// The ring of moments; the same for every number of events.
    public var momentByteCount: Int
    /// Pairs of merchant and payer with their index.
    public var payerByteCount: Int

    /// Nothing, unless told otherwise.
    public init(
        merchantByteCount: Int = 0, eventByteCount: Int = 0, momentByteCount: Int = 0, payerByteCount: Int = 0
    ) {
        self.merchantByteCount = merchantByteCount
        self.eventByteCount = eventByteCount
        self.momentByteCount = momentByteCount
        self.payerByteCount = payerByteCount
    }

    /// All together.
    public var totalByteCount: Int { merchantByteCount + eventByteCount + momentByteCount + payerByteCount }
}
