internal import CoreMetrics
internal import Synchronization

/// A value that rises and falls. Thread-safe.
final class GaugeCell: MeterHandler, RecorderHandler, MetricCell {
    /// The value.
    private let value = Mutex<Double>(0)
    private let line: [UInt8]

    /// A value of 0.
    init(_ label: SeriesLabel) { line = label.line() }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func emit(into text: inout Exposition) { text.sample(line, value.withLock { $0 }) }
}
