public import CoreMetrics
internal import Synchronization

/// The metrics factory of the daemon: counters, gauges and bucketed histograms, shown as Prometheus text.
///
/// Install it with `MetricsSystem.bootstrap` before a service makes its first metric. A name with the same labels is one series, however
/// often it is made. Labels must come from bounded sets: beyond ``TelemetryLimits/seriesCountMax`` series a new one counts nowhere, and
/// `telemetry_dropped_series` tells how many. Thread-safe.
public final class MetricsRegistry: MetricsFactory {
    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        let kind: Kind
        var cells: [String: any MetricCell] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var seriesCount = 0
        var droppedCount: Int64 = 0
    }

    /// All families by name.
    private let state = Mutex(State())

    /// No series yet.
    public init() {}

    /// The present values in the Prometheus exposition format, families and series by name; `families` come last, as given.
    public func render(with families: [MetricFamily] = []) -> [UInt8] {
        var text = renderOwn()
        for family in families {
            text.family(family.name, type: family.kind.rawValue)
            for sample in family.samples { text.sample(sample.line, sample.value) }
        }
        return text.bytes
    }

    private func renderOwn() -> Exposition {
        let (families, dropped) = state.withLock { ($0.families, $0.droppedCount) }
        var text = Exposition()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.family(name, type: family.kind.rawValue)
            for (_, cell) in family.cells.sorted(by: { $0.key < $1.key }) { cell.emit(into: &text) }
        }
        text.family("telemetry_dropped_series", type: "gauge")
        text.sample(Array("telemetry_dropped_series ".utf8), dropped)
        return text
    }

    /// A total.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(SeriesLabel(label, dimensions), .counter) { CounterCell($0) }
    }

    /// A value that rises and falls.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(SeriesLabel(label, dimensions), .gauge) { GaugeCell($0) }
    }

    /// A distribution where `aggregate`, otherwise a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let series = SeriesLabel(label, dimensions)
        guard aggregate else { return cell(series, .gauge) { GaugeCell($0) } }
        return cell(series, .histogram) { HistogramCell($0, bounds: TelemetryLimits.valueBuckets, scale: 1) }
    }

    /// A distribution of durations, shown in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(SeriesLabel(label, dimensions), .histogram) {
            HistogramCell($0, bounds: TelemetryLimits.durationBucketsNanos, scale: 1_000_000_000)
        }
    }

    /// Totals stay: a series that vanished could not be told from one that never was.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Gauges stay.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Distributions stay.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Distributions stay.
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The cell of a series, made where it is new; one that counts nowhere where the name has another kind or there are too many.
    private func cell<Cell: MetricCell>(_ label: SeriesLabel, _ kind: Kind, make: (SeriesLabel) -> Cell) -> Cell {
        state.withLock { state in
            var family = state.families[label.name] ?? Family(kind: kind)
            if let known = family.cells[label.labels] as? Cell { return known }
            let cell = make(label)
            let isNew = family.cells[label.labels] == nil
            guard family.kind == kind, isNew, state.seriesCount < TelemetryLimits.seriesCountMax else {
                state.droppedCount += 1
                return cell
            }
            family.cells[label.labels] = cell
            state.families[label.name] = family
            state.seriesCount += 1
            return cell
        }
    }
}
