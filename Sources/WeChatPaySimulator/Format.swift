/// Numbers as text for people, without a locale.
enum Format {
    /// Microseconds as milliseconds with one digit.
    static func millis(_ micros: Int) -> String {
        decimal(Double(micros) / 1_000, digits: 1)
    }

    /// Fen as yuan with two digits; not for negative amounts.
    static func yuan(_ fen: Int64) -> String {
        "\(fen / 100)." + leftPadded(String(fen % 100), 2, with: "0")
    }

    /// A share in percent, never rounded up to 100 while something is missing.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "-" }
        let hundredths = part * 10_000 / whole
        return "\(hundredths / 100).\(leftPadded(String(hundredths % 100), 2, with: "0")) %"
    }

    static func decimal(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return String(scaled) }
        return "\(scaled / scale)." + leftPadded(String(scaled % scale), digits, with: "0")
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    static func leftPadded(_ text: String, _ width: Int, with fill: Character = " ") -> String {
        String(repeating: fill, count: max(width - text.count, 0)) + text
    }
}
