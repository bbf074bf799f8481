/// How long things took, in fixed buckets: constant memory, and two of them can be compared bucket by bucket. A value type; whoever owns it guards it.
public struct TimeBuckets: Sendable, Equatable {
    /// Upper ends of the buckets, inclusive, rising, in the owner's unit; the last bucket has none.
    public let uppers: [UInt64]
    /// Times per bucket; one more than there are upper ends.
    public private(set) var counts: [UInt64]
    /// Sum of all times, in the owner's unit.
    public private(set) var total: UInt64 = 0
    /// The longest time, in the owner's unit.
    public private(set) var longest: UInt64 = 0

    /// No times yet.
    public init(uppers: [UInt64]) {
        self.uppers = uppers
        counts = [UInt64](repeating: 0, count: uppers.count + 1)
    }

    /// What was counted before; nil where the counts do not fit the buckets.
    public init?(uppers: [UInt64], counts: [UInt64], total: UInt64, longest: UInt64) {
        guard counts.count == uppers.count + 1 else { return nil }
        self.uppers = uppers
        self.counts = counts
        self.total = total
        self.longest = longest
    }

    /// Adds the times of another one with the same buckets. O(buckets).
    public mutating func add(_ other: TimeBuckets) {
        precondition(uppers == other.uppers, "times in other buckets cannot be added")
        for index in counts.indices { counts[index] += other.counts[index] }
        total &+= other.total
        longest = max(longest, other.longest)
    }

    /// Times in all buckets.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts one time. O(buckets).
    public mutating func record(_ time: UInt64) {
        counts[uppers.firstIndex { time <= $0 } ?? uppers.count] += 1
        total &+= time
        longest = max(longest, time)
    }

    /// The upper end of the bucket in which the share `quantile` (0…1) of all times ends; the longest time in the last bucket. 0 without times.
    public func quantile(_ quantile: Double) -> UInt64 {
        let count = count
        guard count > 0 else { return 0 }
        let wanted = UInt64((Double(count) * min(max(quantile, 0), 1)).rounded(.up))
        var seen: UInt64 = 0
        for (index, inBucket) in counts.enumerated() {
            seen += inBucket
            if seen >= max(wanted, 1), index < uppers.count { return min(uppers[index], longest) }
        }
        return longest
    }
}
