/// The table that is printed: medians of all passes, a line per cell.
struct ReportTable {
    private static let columns: [(title: String, width: Int)] = [
        ("cell", 20), ("msg/s", 9), ("p50 ms", 8), ("p99 ms", 8), ("cmd/commit", 11), ("msg/commit", 11),
        ("disk B/msg", 11),
        ("raw msg/s", 10), ("raw B/msg", 10), ("ours/raw", 9),
    ]

    static func header() -> String {
        line(columns.map(\.title)) + "\n" + String(repeating: "-", count: columns.reduce(0) { $0 + $1.width })
    }

    static func row(_ cell: Cell, _ pairs: [Pair]) -> String {
        func middle(_ value: (Pair) -> Double?, _ text: (Double) -> String) -> String {
            let values = pairs.compactMap(value)
            return values.isEmpty ? "-" : text(median(values))
        }
        return line([
            cell.name,
            middle(\.ours.messagesPerSecond, grouped),
            middle({ $0.ours.latencyMillis(percent: 50) }, { fixed($0, 2) }),
            middle({ $0.ours.latencyMillis(percent: 99) }, { fixed($0, 2) }),
            middle(\.ours.commandsPerCommit, { fixed($0, 1) }),
            middle(\.ours.messagesPerCommit, { fixed($0, 1) }),
            middle(\.ours.diskByteCountPerMessage, { fixed($0, 0) }),
            middle({ $0.raw?.messagesPerSecond }, grouped),
            middle({ $0.raw?.diskByteCountPerMessage }, { fixed($0, 0) }),
            middle(\.ratio, { fixed($0, 2) }),
        ])
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(0, pair.1.width - pair.0.utf8.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }

    /// With `digits` decimals.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
    }

    /// Thousands apart.
    private static func grouped(_ value: Double) -> String {
        let text = String(Int(value.rounded()))
        return text.enumerated().map { index, digit in
            let left = text.utf8.count - index
            return index > 0 && left % 3 == 0 ? ",\(digit)" : String(digit)
        }.joined()
    }
}
