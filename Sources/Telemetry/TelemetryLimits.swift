/// The bounds of telemetry. A name ends in the unit of its value.
public enum TelemetryLimits {
    /// Series (name and labels) in all. Labels come from bounded sets, so only a mistake reaches this; what is beyond counts nowhere.
    public static let seriesCountMax = 4_096
    /// Bytes of a logged text; the rest is cut.
    public static let logTextByteCountMax = 4_096
    /// Metadata entries on one log line.
    public static let logMetadataCountMax = 32
    /// Upper bounds of the buckets of durations, in nanoseconds: 100 µs to 30 s.
    static let durationBucketsNanos: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000,
    ]
    /// Upper bounds of the buckets of sizes and counts.
    static let valueBuckets: [Int64] = [
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576,
    ]
}
