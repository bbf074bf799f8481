extension DepthRun.Results {
    /// The rows of the table. Bytes, memory and the first message are what is needed themselves, so here they decide.
    func lines(depth: Int) -> [SpeedTable.Line] {
        let waiting = "\(FigureText.grouped(Double(depth))) waiting"
        return [
            rate("\(waiting): enqueue, 64 outstanding", deepEnqueues, emptyEnqueues),
            rate("  drain in 256s, 1 consumer", deepDrains, emptyDrains),
            bound(
                "  memory without the map", Double(probe.memoryByteCount) / 1_048_576, digits: 1, "MiB",
                DepthBounds.memoryMebibytesMax),
            bound(
                "  first message after start", probe.firstMessageMillis / 1_000, digits: 3, "s",
                DepthBounds.firstMessageSecondsMax),
            bound(
                "  disk in full blocks, a message", fill.diskByteCountPerMessage ?? 0, digits: 0, "B",
                DepthBounds.diskByteCountPerMessageMax),
        ]
    }

    private func rate(_ title: String, _ deep: [Measurement], _ empty: [Measurement]) -> SpeedTable.Line {
        let ours = deep.median(\.messagesPerSecond) ?? 0
        let other = empty.median(\.messagesPerSecond) ?? 0
        let ratio = other > 0 ? ours / other : 0
        var line = SpeedTable.Line(title: title, ours: FigureText.grouped(ours))
        line.p50 = deep.median { $0.latencyMillis(percent: 50) }.map { FigureText.fixed($0, 2) } ?? "-"
        line.p99 = deep.median { $0.latencyMillis(percent: 99) }.map { FigureText.fixed($0, 2) } ?? "-"
        line.limit = "empty \(FigureText.fixed(ratio, 2)) (≥\(FigureText.fixed(DepthBounds.rateRatioMin, 2)))"
        line.holds = ratio >= DepthBounds.rateRatioMin
        return line
    }

    private func bound(
        _ title: String, _ value: Double, digits: Int, _ unit: String, _ needed: Double
    ) -> SpeedTable.Line {
        var line = SpeedTable.Line(title: title, ours: "\(FigureText.fixed(value, digits)) \(unit)")
        line.limit = "needed ≤ \(needed == needed.rounded() ? FigureText.grouped(needed) : "\(needed)") \(unit)"
        line.holds = value <= needed
        return line
    }
}

/// What the depth rows need.
private enum DepthBounds {
    /// Deep over empty.
    static let rateRatioMin = 0.9
    static let memoryMebibytesMax = 64.0
    static let firstMessageSecondsMax = 0.5
    static let diskByteCountPerMessageMax = 170.0
}
