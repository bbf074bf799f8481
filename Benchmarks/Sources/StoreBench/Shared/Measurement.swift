/// What one contestant gave in one pass.
struct Measurement: Sendable {
    /// Messages made durable, or received and durably acknowledged; of the open loop, delivered.
    var messageCount = 0
    /// From the first call to the last answer; where a contestant was warmed up, the measured part.
    var elapsedNanos: UInt64 = 0
    /// Of each call (drain: each receive with its acknowledgement; open loop: intended send to delivery), in microseconds.
    var latenciesMicros: [UInt32] = []
    /// Commits; 0 where the contestant does not tell.
    var commitCount: UInt64 = 0
    /// Disk that the messages took; nil for drains and peers.
    var diskByteCount: UInt64?

    var messagesPerSecond: Double { elapsedNanos == 0 ? 0 : Double(messageCount) * 1e9 / Double(elapsedNanos) }
    var messagesPerCommit: Double? { commitCount == 0 ? nil : Double(messageCount) / Double(commitCount) }
    var diskByteCountPerMessage: Double? {
        diskByteCount.map { messageCount == 0 ? 0 : Double($0) / Double(messageCount) }
    }

    /// Latency below which `percent` of the calls lie, in milliseconds; nil where no call was timed.
    func latencyMillis(percent: Double) -> Double? {
        guard !latenciesMicros.isEmpty else { return nil }
        let sorted = latenciesMicros.sorted()
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]) / 1_000
    }
}

extension [Measurement] {
    /// The median of what `value` tells of each pass; nil where no pass tells.
    func median(_ value: (Measurement) -> Double?) -> Double? {
        let sorted = compactMap(value).sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// A count that is not what it must be.
struct WrongCount: Error, CustomStringConvertible {
    let description: String
}
