/// How often which latency was met: exact below 64 ns, then 64 steps for each doubling, so within 1.6 %.
struct LatencyHistogram {
    private static let stepBitCount = 6
    private var counts = [UInt64](repeating: 0, count: 64 << stepBitCount)
    private var count: UInt64 = 0
    /// The largest, exact.
    private(set) var maxNanos: UInt64 = 0

    mutating func add(_ nanos: UInt64) {
        counts[Self.index(nanos)] += 1
        count += 1
        maxNanos = max(maxNanos, nanos)
    }

    /// The latency that `percent` of all calls did not exceed, to the lower end of its step.
    func nanos(percent: Double) -> Double {
        let wanted = UInt64(Double(count) * percent / 100)
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen > wanted { return Double(Self.lowerEnd(index)) }
        }
        return Double(maxNanos)
    }

    private static func index(_ nanos: UInt64) -> Int {
        guard nanos >> stepBitCount > 0 else { return Int(nanos) }
        let exponent = 63 - nanos.leadingZeroBitCount
        let step = Int(nanos >> UInt64(exponent - stepBitCount)) & (1 << stepBitCount - 1)
        return (exponent - stepBitCount + 1) << stepBitCount + step
    }

    private static func lowerEnd(_ index: Int) -> UInt64 {
        let octave = index >> stepBitCount
        guard octave > 0 else { return UInt64(index) }
        return UInt64(1 << stepBitCount + index & (1 << stepBitCount - 1)) << UInt64(octave - 1)
    }
}
