/// Bounds of the queue API's service. A name ends in the unit of its value. Bounds of the wire are `CMQLimits`.
public enum QueueAPILimits {
    /// Delayed messages of one queue before further delayed sends over the API are refused (`cmq-protocol.md` §2.1).
    public static let delayedCountMax: UInt64 = 20_000
}
