/// The figures behind the ratios: a line per contestant.
enum ContestantTable {
    private static let widths = [46, 10, 22, 9, 9, 12, 12, 8]
    private static let titles = [
        "contestant", "msg/s", "slowest–fastest", "p50 ms", "p99 ms", "msg/commit", "disk B/msg", "others",
    ]

    static func text(_ figures: [(title: String, passes: [Measurement])]) -> String {
        var lines = [FigureText.line(titles, widths), String(repeating: "-", count: widths.reduce(0, +))]
        for (title, passes) in figures where !passes.isEmpty {
            let rates = passes.map(\.messagesPerSecond)
            let span =
                FigureText.grouped(rates.min() ?? 0) + "–" + FigureText.grouped(rates.max() ?? 0)
            lines.append(
                FigureText.line(
                    [
                        title, middle(passes, 0) { $0.messagesPerSecond }, span,
                        middle(passes, 2) { $0.latencyMillis(percent: 50) },
                        middle(passes, 2) { $0.latencyMillis(percent: 99) },
                        middle(passes, 1) { $0.messagesPerCommit }, middle(passes, 0) { $0.diskByteCountPerMessage },
                        middle(passes, 2) { $0.othersCores },
                    ], widths))
        }
        return lines.joined(separator: "\n")
    }

    private static func middle(_ passes: [Measurement], _ digits: Int, _ value: (Measurement) -> Double?) -> String {
        passes.median(value).map { FigureText.fixed($0, digits) } ?? "-"
    }
}
