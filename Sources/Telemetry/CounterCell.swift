internal import CoreMetrics
internal import Synchronization

/// A total that only rises. Thread-safe.
final class CounterCell: CounterHandler, MetricCell {
    private let total = Atomic<Int64>(0)
    private let line: [UInt8]

    /// A total of 0.
    init(_ label: SeriesLabel) { line = label.line() }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { total.store(0, ordering: .relaxed) }

    func emit(into text: inout Exposition) { text.sample(line, total.load(ordering: .relaxed)) }
}
