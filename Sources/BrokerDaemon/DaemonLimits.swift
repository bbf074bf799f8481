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
    /// Milliseconds between two looks at the key file of the queue API.
    static let keyFileLookMillis: UInt64 = 1_000
    /// Seconds a connection of the queue API may be without a request: clients keep them for over 5 minutes.
    static let queueIdleSecondsMax = 330
    /// Bytes of one request of the queue API: 1 MiB of bodies, URL-encoded, and room to spare.
    static let queueBodyByteCountMax = 4_194_304
}
