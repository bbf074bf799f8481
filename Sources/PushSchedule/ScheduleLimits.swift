/// The figures of merchant-push §4 and §5, with the bounds of what may be configured.
enum ScheduleLimits {
    static let customDelayCountMax = 50
    static let customDelayMillisMin = 1_000
    static let customDelayMillisMax = 86_400_000
    static let customTotalMillisMax = 2_592_000_000
    /// The longest pause a Retry-After may ask for.
    static let retryAfterMillisMax = 3_600_000
    /// A Retry-After text longer than this is not read.
    static let retryAfterByteCountMax = 64

    /// Modes that read the answer fail when it is longer.
    static let ackBodyByteCountMax = 4_096
    /// Texts one endpoint may accept in `body` mode.
    static let ackTextCountMax = 16
    /// How deep the JSON of an answer may nest.
    static let ackJSONDepthMax = 32

    static let windowMin = 1.0
    static let windowStart = 2.0
    static let windowMax = 64.0
    /// Where slow start ends after the breaker closed.
    static let thresholdAfterRecovery = 8.0
    static let thresholdMin = 2.0
    /// Above this mean latency the window does not grow, and the endpoint belongs to the slow lane.
    static let slowLatencyMillis = 1_000.0
    /// The weight of a new sample in the mean latency.
    static let latencyWeight = 0.1
    static let idleMillis: Int64 = 60_000
    /// Idle periods looked back over at once; more change nothing, since the window is at its floor by then.
    static let idlePeriodCountMax: Int64 = 6

    static let failuresInARowMax = 10
    static let failureShareResultCountMin = 20
    static let failureSharePercent = 70
    /// The results of the last 30 s are kept in buckets of 5 s.
    static let resultBucketCount = 6
    static let resultBucketMillis: Int64 = 5_000

    static let probeDelayMillis = 5_000
    static let probeDelayMillisMax = 300_000
    static let heldAfterMillis: Int64 = 86_400_000
    static let heldProbeMillis = 900_000
    /// Messages a probe rotates over when one is refused with a 4xx.
    static let probeCandidateCount = 3
    static let gonePauseCount = 3
    static let goneApartMillis: Int64 = 3_600_000
}
