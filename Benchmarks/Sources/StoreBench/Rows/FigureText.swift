/// Numbers and columns as people read them.
enum FigureText {
    /// With `digits` decimals.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return grouped(value) }
        let fraction = String(scaled % scale)
        return "\(grouped(Double(scaled / scale)))." + String(repeating: "0", count: digits - fraction.utf8.count)
            + fraction
    }

    /// A whole number, thousands apart.
    static func grouped(_ value: Double) -> String {
        let text = String(Int(value.rounded()))
        return text.enumerated().map { index, digit in
            let left = text.utf8.count - index
            return index > 0 && left % 3 == 0 ? ",\(digit)" : String(digit)
        }.joined()
    }

    /// `cells` under columns of these widths: the first to the left, the others to the right.
    static func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(index == 0 ? 0 : 1, pair.1 - pair.0.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }
}
