/// The figures behind the ratios: a line per contestant.
enum ContestantTable {
    private static let widths = [46, 10, 22, 9, 9, 12, 12]
    private static let titles = [
        "contestant", "msg/s", "slowest–fastest", "p50 ms", "p99 ms", "msg/commit", "disk B/msg",
    ]

    static func text(_ contestants: [Contestant], _ results: [Contestant: [Measurement]]) -> String {
        var lines = [FigureText.line(titles, widths), String(repeating: "-", count: widths.reduce(0, +))]
        for contestant in contestants {
            guard let passes = results[contestant], !passes.isEmpty else { continue }
            let rates = passes.map(\.messagesPerSecond)
            let span =
                FigureText.grouped(rates.min() ?? 0) + "–" + FigureText.grouped(rates.max() ?? 0)
            lines.append(
                FigureText.line(
                    [
                        contestant.title, middle(passes, 0) { $0.messagesPerSecond }, span,
                        middle(passes, 2) { $0.latencyMillis(percent: 50) },
                        middle(passes, 2) { $0.latencyMillis(percent: 99) },
                        middle(passes, 1) { $0.messagesPerCommit }, middle(passes, 0) { $0.diskByteCountPerMessage },
                    ], widths))
        }
        return lines.joined(separator: "\n")
    }

    private static func middle(_ passes: [Measurement], _ digits: Int, _ value: (Measurement) -> Double?) -> String {
        passes.median(value).map { FigureText.fixed($0, digits) } ?? "-"
    }
}
