/// What one cell gave in one pass.
struct Measurement: Sendable {
    /// Messages made durable, or received and durably acknowledged.
    var messageCount = 0
    /// From the first call to the last answer.
    var elapsedNanos: UInt64 = 0
    /// Of each call (drain: each receive with its acknowledgement), in microseconds.
    var latenciesMicros: [UInt32] = []
    var commitCount: UInt64 = 0
    var commandCount: UInt64 = 0
    /// Disk that the messages took; nil for drains.
    var diskByteCount: UInt64?

    var messagesPerSecond: Double { elapsedNanos == 0 ? 0 : Double(messageCount) * 1e9 / Double(elapsedNanos) }
    var commandsPerCommit: Double { commitCount == 0 ? 0 : Double(commandCount) / Double(commitCount) }
    var messagesPerCommit: Double { commitCount == 0 ? 0 : Double(messageCount) / Double(commitCount) }
    var diskByteCountPerMessage: Double? {
        diskByteCount.map { messageCount == 0 ? 0 : Double($0) / Double(messageCount) }
    }

    /// Latency below which `percent` of the calls lie, in milliseconds.
    func latencyMillis(percent: Double) -> Double {
        guard !latenciesMicros.isEmpty else { return 0 }
        let sorted = latenciesMicros.sorted()
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]) / 1_000
    }
}

/// A cell's store and raw LMDB in one pass, one right after the other.
struct Pair: Sendable {
    let ours: Measurement
    /// Nil where it was not wanted.
    let raw: Measurement?

    var ratio: Double? {
        guard let raw, raw.messagesPerSecond > 0 else { return nil }
        return ours.messagesPerSecond / raw.messagesPerSecond
    }
}

/// The middle value; of an even number the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
