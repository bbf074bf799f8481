/// How long orders took to their merchants, in fixed buckets: constant memory, and two of them can be compared bucket by bucket.
public struct DeliveryTimes: Sendable, Equatable {
    /// Upper ends of the buckets in milliseconds, inclusive; the last bucket has none.
    public static let upperMillis: [UInt64] = [
        1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000,
    ]

    /// Orders per bucket; one more than there are upper ends.
    public private(set) var counts = [UInt64](repeating: 0, count: upperMillis.count + 1)
    /// Sum of all times, milliseconds.
    public private(set) var totalMillis: UInt64 = 0
    /// The longest time, milliseconds.
    public private(set) var longestMillis: UInt64 = 0

    /// No orders yet.
    public init() {}

    /// Orders in all buckets.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts one order; times below 0 (a clock that was set back) count as 0. O(buckets).
    mutating func record(millis: Int64) {
        let millis = UInt64(max(millis, 0))
        let index = Self.upperMillis.firstIndex { millis <= $0 } ?? Self.upperMillis.count
        counts[index] += 1
        totalMillis &+= millis
        longestMillis = max(longestMillis, millis)
    }

    /// The upper end of the bucket in which the share `quantile` (0…1) of all orders ends; the longest time in the last bucket. 0 without orders.
    public func quantileMillis(_ quantile: Double) -> UInt64 {
        let total = count
        guard total > 0 else { return 0 }
        let wanted = UInt64((Double(total) * min(max(quantile, 0), 1)).rounded(.up))
        var seen: UInt64 = 0
        for (index, inBucket) in counts.enumerated() {
            seen += inBucket
            if seen >= max(wanted, 1), index < Self.upperMillis.count {
                return min(Self.upperMillis[index], longestMillis)
            }
        }
        return longestMillis
    }
}
