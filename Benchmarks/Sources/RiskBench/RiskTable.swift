internal import RiskWindows

/// The table that is printed: medians of all passes, a line per cell.
struct RiskTable {
    private static let columns: [(title: String, width: Int)] = [
        ("cell", 14), ("single/s", 11), ("prepared/s", 12), ("limit/s", 13), ("ours/limit", 11), ("p50 ns", 8),
        ("p99 ns", 8),
        ("p99.9 ns", 9), ("max us", 8), ("live events", 13), ("live pairs", 12), ("log B/event", 12),
        ("B/pair", 8), ("B/event", 9), ("B/merchant", 12),
    ]

    static func header() -> String {
        line(columns.map(\.title)) + "\n" + String(repeating: "-", count: columns.reduce(0) { $0 + $1.width })
    }

    static func row(_ cell: RiskCell, _ passes: [RiskMeasurement]) -> String {
        func middle(
            _ value: (RiskMeasurement) -> Double, _ text: (Double) -> String = { RiskTable.grouped($0) }
        ) -> String {
            text(median(passes.map(value)))
        }
        func per(_ count: Int, _ byteCount: @escaping (RiskMeasurement) -> Int) -> String {
            middle({ Double(byteCount($0)) / Double(max(count, 1)) }, { fixed($0) })
        }
        let events = passes[0].eventCount
        let pairs = passes[0].pairCount
        let hasLimit = passes[0].limitPerSecond > 0
        return line([
            cell.name, middle(\.singlePerSecond), middle(\.preparedPerSecond),
            hasLimit ? middle(\.limitPerSecond) : "-",
            hasLimit ? middle(\.ratio) { fixed($0, 100) } : "-", middle(\.p50Nanos), middle(\.p99Nanos),
            middle(\.p999Nanos), middle({ $0.maxNanos / 1_000 }), grouped(Double(events)), grouped(Double(pairs)),
            per(events) { $0.memory.eventByteCount }, per(pairs) { $0.memory.payerByteCount },
            per(events) { $0.memory.totalByteCount }, per(cell.merchantCount) { $0.memory.totalByteCount },
        ])
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(0, pair.1.width - pair.0.utf8.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }

    /// With one decimal, or two where `scale` is 100.
    private static func fixed(_ value: Double, _ scale: Int = 10) -> String {
        let scaled = Int((value * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: (scale == 100 ? 2 : 1) - fraction.utf8.count)
        return "\(scaled / scale).\(zeros)\(fraction)"
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

/// The middle value; of an even number the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
