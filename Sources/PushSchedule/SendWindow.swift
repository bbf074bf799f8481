/// How many requests to one endpoint may be under way: slow start, then additive growth, halved by trouble
/// (merchant-push §5).
struct SendWindow: Sendable, Equatable {
    /// 1...64; whole requests count.
    private(set) var size = ScheduleLimits.windowStart
    private(set) var threshold = ScheduleLimits.windowMax
    /// Mean latency in milliseconds, weight 0.1; nil before the first result.
    private(set) var meanLatencyMillis: Double?
    private var halvedAtMillis: Int64?

    /// Whole requests that may be under way.
    var limit: Int { Int(size) }

    var isSlow: Bool { (meanLatencyMillis ?? 0) > ScheduleLimits.slowLatencyMillis }

    mutating func measured(latencyMillis: Int) {
        let sample = Double(max(latencyMillis, 0))
        meanLatencyMillis = meanLatencyMillis.map { $0 + ScheduleLimits.latencyWeight * (sample - $0) } ?? sample
    }

    mutating func grow() {
        guard !isSlow else { return }
        size += size < threshold ? 1 : 1 / size
        size = min(size, ScheduleLimits.windowMax)
    }

    /// At most one halving per mean latency: the requests under way all see the same trouble.
    mutating func shrink(nowMillis: Int64) {
        if let halvedAtMillis, Double(nowMillis - halvedAtMillis) < (meanLatencyMillis ?? 0) { return }
        halvedAtMillis = nowMillis
        threshold = max(ScheduleLimits.thresholdMin, size / 2)
        size = max(ScheduleLimits.windowMin, size / 2)
    }

    /// Nothing was sent for some whole idle periods: what was learned grows old.
    mutating func idled(periodCount: Int64) {
        for _ in 0..<min(max(periodCount, 0), ScheduleLimits.idlePeriodCountMax) {
            size = max(ScheduleLimits.windowStart, size / 2)
        }
    }

    /// The endpoint answers again after an outage.
    mutating func recovered() {
        size = ScheduleLimits.windowStart
        threshold = ScheduleLimits.thresholdAfterRecovery
    }
}
