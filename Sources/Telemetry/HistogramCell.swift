internal import CoreMetrics
internal import Synchronization

/// A distribution in fixed buckets: durations (recorded in nanoseconds, shown in seconds) or values. Thread-safe.
final class HistogramCell: TimerHandler, RecorderHandler, MetricCell {
    private struct State {
        /// Count per bucket; the last one is above every bound.
        var counts: [Int64]
        /// Sum of all recorded values, in recorded units.
        var sum: Double = 0
    }

    private let bounds: [Int64]
    private let scale: Double
    /// Counts and sum.
    private let state: Mutex<State>
    private let bucketLines: [[UInt8]]
    private let sumLine: [UInt8]
    private let countLine: [UInt8]

    /// An empty distribution. Values are divided by `scale` when shown.
    init(_ label: SeriesLabel, bounds: [Int64], scale: Double) {
        self.bounds = bounds
        self.scale = scale
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
        let shown = bounds.map { "\(Double($0) / scale)" } + ["+Inf"]
        bucketLines = shown.map { label.line(suffix: "_bucket", extra: "le=\"\($0)\"") }
        sumLine = label.line(suffix: "_sum")
        countLine = label.line(suffix: "_count")
    }

    func recordNanoseconds(_ duration: Int64) { add(Double(max(duration, 0))) }
    func record(_ value: Int64) { add(Double(value)) }
    func record(_ value: Double) { if value.isFinite { add(value) } }

    private func add(_ value: Double) {
        let bucket = bounds.firstIndex { value <= Double($0) } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func emit(into text: inout Exposition) {
        let seen = state.withLock { $0 }
        var running: Int64 = 0
        for (line, count) in zip(bucketLines, seen.counts) {
            running += count
            text.sample(line, running)
        }
        text.sample(sumLine, seen.sum / scale)
        text.sample(countLine, running)
    }
}
