/// The bounds of the wiring. A name ends in the unit of its value.
enum DaemonLimits {
    /// Seconds between two sweeps of closed restriction cases.
    static let sweepSeconds: Int64 = 3_600
    /// Seconds listeners give requests under way when the daemon stops.
    static let listenerGraceSeconds = 5
    /// Events of the store that wait for the log; older ones go first.
    static let storeEventCountMax = 256
    /// Merchants listed by name in the held figures of a status answer.
    static let heldMerchantCountMax = 100
    /// Failing topic subscribers that the status names.
    static let failingSubscriberCountMax = 100
}
