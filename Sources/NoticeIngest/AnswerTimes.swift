/// How long answers took, in fixed buckets: constant memory, and two of them can be compared bucket by bucket.
public struct AnswerTimes: Sendable, Equatable {
    /// Upper ends of the buckets in microseconds, inclusive; the last bucket has none.
    public static let upperMicros: [UInt64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000,
    ]

    /// Answers per bucket; one more than there are upper ends.
    public private(set) var counts = [UInt64](repeating: 0, count: upperMicros.count + 1)
    /// Sum of all times, microseconds.
    public private(set) var totalMicros: UInt64 = 0
    /// The longest time, microseconds.
    public private(set) var longestMicros: UInt64 = 0

    /// No answers yet.
    public init() {}

    /// Answers in all buckets.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts one answer. O(buckets).
    mutating func record(micros: UInt64) {
        let index = Self.upperMicros.firstIndex { micros <= $0 } ?? Self.upperMicros.count
        counts[index] += 1
        totalMicros &+= micros
        longestMicros = max(longestMicros, micros)
    }

    /// The upper end of the bucket in which the share `quantile` (0…1) of all answers ends; the longest time in the last bucket. 0 without answers.
    public func quantileMicros(_ quantile: Double) -> UInt64 {
        let total = count
        guard total > 0 else { return 0 }
        let wanted = UInt64((Double(total) * min(max(quantile, 0), 1)).rounded(.up))
        var seen: UInt64 = 0
        for (index, inBucket) in counts.enumerated() {
            seen += inBucket
            if seen >= max(wanted, 1), index < Self.upperMicros.count {
                return min(Self.upperMicros[index], longestMicros)
            }
        }
        return longestMicros
    }
}
