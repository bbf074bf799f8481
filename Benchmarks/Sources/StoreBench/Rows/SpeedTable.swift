/// The Speed table: a line per row with its ratios, each ending in `holds` or `short`.
struct SpeedTable {
    /// One printed line.
    struct Line {
        var title: String
        var ours: String
        var p50 = ""
        var p99 = ""
        var peer = "-"
        var limit = "-"
        var quiet = "-"
        var holds = false
    }

    private static let widths = [41, 11, 9, 9, 37, 27, 13, 7]
    private static let titles = [
        "work", "ours", "p50 ms", "p99 ms", "× peer (needed)", "× limit (needed)", "quiet", "",
    ]

    private(set) var lines: [Line] = []

    mutating func add(_ line: Line) { lines.append(line) }

    /// Judges `row` by what the contestants gave. A bar whose contestant did not run is shown as absent and does not count.
    mutating func add(_ row: Row, _ results: [Contestant: [Measurement]]) {
        guard let passes = results[.store(row.work)], let ours = row.quantity.figure(passes) else { return }
        var ratios: [(bar: Row.Bar, ratio: Double?)] = []
        for bar in row.bars {
            let other = bar.contestant.flatMap { results[$0] }.flatMap { row.quantity.figure($0) }
            ratios.append((bar, other.flatMap { $0 > 0 ? ours / $0 : nil }))
        }
        let verdicts = ratios.compactMap { bar, ratio in
            ratio.map { row.quantity.holds($0, needed: bar.needed) }
        }
        var line = Line(title: row.title, ours: Self.text(ours, row.quantity))
        line.p50 = passes.median { $0.latencyMillis(percent: 50) }.map { FigureText.fixed($0, 2) } ?? "-"
        line.p99 = passes.median { $0.latencyMillis(percent: 99) }.map { FigureText.fixed($0, 2) } ?? "-"
        line.peer = Self.cell(ratios, .peer, row.quantity)
        line.limit = Self.cell(ratios, .limit, row.quantity)
        line.quiet = row.quiet.map { Self.sign(row.quantity) + " " + Self.text($0, row.quantity) } ?? "-"
        if let quiet = row.quiet, verdicts.isEmpty {
            line.quiet += "*"
            line.holds = row.quantity == .rate ? ours >= quiet : ours <= quiet
        } else {
            line.holds = !verdicts.isEmpty && verdicts.allSatisfy { $0 }
        }
        lines.append(line)
    }

    /// The table, what the last columns mean, and how many rows hold.
    func text() -> String {
        let total = Self.widths.reduce(0, +)
        var text = [FigureText.line(Self.titles, Self.widths), String(repeating: "-", count: total)]
        for line in lines {
            let verdict = line.holds ? "holds" : "short"
            text.append(
                FigureText.line(
                    [line.title, line.ours, line.p50, line.p99, line.peer, line.limit, line.quiet, verdict],
                    Self.widths))
        }
        text.append("")
        text.append(Self.legend)
        return text.joined(separator: "\n")
    }

    /// How many rows hold.
    func summary() -> String {
        let heldCount = lines.count { $0.holds }
        return "\(heldCount) of \(lines.count) rows hold, \(lines.count - heldCount) are short."
    }

    private static let legend = """
        ours: messages a second unless a unit is given, median of the passes; a ratio is that of the medians.
        A row holds when all its ratios hold that were measured in this run; – stands for what did not run (not installed, or not wanted).
        quiet: what a quiet machine of two cores shows. It does not decide, except where no ratio of the row was measured (*).
        """

    private static func cell(
        _ ratios: [(bar: Row.Bar, ratio: Double?)], _ kind: Row.Bar.Kind, _ quantity: Row.Quantity
    ) -> String {
        let parts = ratios.filter { $0.bar.kind == kind }.map { bar, ratio in
            let ratioText = ratio.map { FigureText.fixed($0, 2) } ?? "–"
            return "\(bar.name) \(ratioText) (\(sign(quantity))\(FigureText.fixed(bar.needed, 2)))"
        }
        return parts.isEmpty ? "-" : parts.joined(separator: ", ")
    }

    private static func sign(_ quantity: Row.Quantity) -> String { quantity == .rate ? "≥" : "≤" }

    private static func text(_ value: Double, _ quantity: Row.Quantity) -> String {
        quantity == .rate ? FigureText.grouped(value) : FigureText.fixed(value, 2) + " ms"
    }
}
