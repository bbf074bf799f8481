/// Amounts for people.
enum FenText {
    /// Yuan with two decimals: `1250` is `12.50`.
    static func yuan(_ fen: Int64) -> String {
        let magnitude = fen.magnitude
        let rest = magnitude % 100
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Yuan, or `-` where there is none.
    static func yuan(_ fen: Int64?) -> String { fen.map { yuan($0) } ?? "-" }
}

/// Columns of texts, for people.
struct TextTable {
    private var rows: [[String]]
    /// Columns that are numbers stand at the right.
    private let numberColumns: Set<Int>

    init(_ header: [String], numbers: Set<Int>) {
        rows = [header]
        numberColumns = numbers
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// Whether there is more than the header.
    var isEmpty: Bool { rows.count == 1 }

    /// One line a row, columns two blanks apart.
    func lines() -> [String] {
        let columnCount = rows.map(\.count).max() ?? 0
        var widths = [Int](repeating: 0, count: columnCount)
        for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        return rows.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let gap = String(repeating: " ", count: widths[index] - cell.count)
                if index > 0 { line += "  " }
                line += numberColumns.contains(index) ? gap + cell : cell + gap
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
