import CoreMetrics
import Logging
import Synchronization
import Telemetry
import Testing

@Suite("Telemetry")
struct TelemetryTests {
    private func text(_ registry: MetricsRegistry) -> String { String(decoding: registry.render(), as: UTF8.self) }

    @Test("a counter is one series per label set, however often it is made")
    func counters() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "gate_total", dimensions: [("decision", "accept")]).increment(by: 2)
        registry.makeCounter(label: "gate_total", dimensions: [("decision", "accept")]).increment(by: 3)
        registry.makeCounter(label: "gate_total", dimensions: [("decision", "refuse")]).increment(by: 1)
        #expect(text(registry).contains("# TYPE gate_total counter\ngate_total{decision=\"accept\"} 5\n"))
        #expect(text(registry).contains("gate_total{decision=\"refuse\"} 1\n"))
    }

    @Test("gauges rise and fall")
    func gauges() {
        let registry = MetricsRegistry()
        let meter = registry.makeMeter(label: "in_flight", dimensions: [])
        meter.set(Int64(7))
        meter.decrement(by: 9.5)
        #expect(text(registry).contains("# TYPE in_flight gauge\nin_flight -2.5\n"))
    }

    @Test("a timer counts each duration in every bucket at or above it, in seconds")
    func histograms() {
        let registry = MetricsRegistry()
        let timer = registry.makeTimer(label: "answer_seconds", dimensions: [("path", "notify")])
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(40_000_000_000)
        let shown = text(registry)
        #expect(shown.contains("answer_seconds_bucket{path=\"notify\",le=\"0.0005\"} 0\n"))
        #expect(shown.contains("answer_seconds_bucket{path=\"notify\",le=\"0.001\"} 1\n"))
        #expect(shown.contains("answer_seconds_bucket{path=\"notify\",le=\"30.0\"} 1\n"))
        #expect(shown.contains("answer_seconds_bucket{path=\"notify\",le=\"+Inf\"} 2\n"))
        #expect(shown.contains("answer_seconds_sum{path=\"notify\"} 40.001\n"))
        #expect(shown.contains("answer_seconds_count{path=\"notify\"} 2\n"))
    }

    @Test("names and label values cannot break the text")
    func escaping() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "a b\n{", dimensions: [("k-1", "x\"y\\z\nw")]).increment(by: 1)
        #expect(text(registry).contains("a_b__{k_1=\"x\\\"y\\\\z\\nw\"} 1\n"))
    }

    @Test("series beyond the bound count nowhere and are told")
    func bound() {
        let registry = MetricsRegistry()
        for number in 0..<(TelemetryLimits.seriesCountMax + 3) {
            registry.makeCounter(label: "many", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        #expect(text(registry).contains("telemetry_dropped_series 3\n"))
    }

    @Test("figures that services keep are shown beside the others")
    func families() {
        var times = MetricFamily("answer_seconds", .histogram)
        times.add(uppers: [0.1, 1], counts: [3, 2, 1], sum: 4.5)
        let shown = String(
            decoding: MetricsRegistry().render(with: [MetricFamily("held", .gauge, 7), times]), as: UTF8.self)
        #expect(shown.contains("# TYPE held gauge\nheld 7\n"))
        #expect(shown.contains("answer_seconds_bucket{le=\"0.1\"} 3\nanswer_seconds_bucket{le=\"1.0\"} 5\n"))
        #expect(
            shown.contains("answer_seconds_bucket{le=\"+Inf\"} 6\nanswer_seconds_sum 4.5\nanswer_seconds_count 6\n"))
    }

    @Test("a name keeps its first kind")
    func kinds() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "x", dimensions: []).increment(by: 1)
        registry.makeMeter(label: "x", dimensions: []).set(Int64(9))
        #expect(text(registry).contains("x 1\n"))
        #expect(!text(registry).contains("x 9\n"))
    }

    @Test("a log line is one JSON object; control characters are escaped and long texts cut")
    func logLines() {
        let lines = Mutex<[String]>([])
        var handler = JSONLinesLogHandler(label: "push", level: .info, clock: { "2026-01-02T03:04:05.006Z" }) { bytes in
            lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        }
        handler[metadataKey: "merchant"] = "19\u{1B}[31m"
        let logger = Logger(label: "push") { _ in handler }
        logger.debug("not written")
        logger.warning(
            "two\nlines \"quoted\"", metadata: ["time": "later", "long": "\(String(repeating: "x", count: 9_000))"])
        let written = lines.withLock { $0 }
        #expect(written.count == 1)
        let line = written.first ?? ""
        #expect(line.hasPrefix(#"{"time":"2026-01-02T03:04:05.006Z","level":"warning","logger":"push","#))
        #expect(line.contains(#""message":"two\nlines \"quoted\"""#))
        #expect(line.contains(#""merchant":"19\u001b[31m""#))
        #expect(line.contains(#""meta_time":"later""#))
        #expect(line.hasSuffix("}\n"))
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(line.utf8.count < 5_000)
    }
}
