/// A query of plain names and values: `limit=10&after=pay-order`. Nothing in it ever needs percent-encoding.
struct NativeQuery: Sendable {
    private let pairs: [String: String]

    /// Reads a query.
    ///
    /// - Throws: ``NativeFault`` for parameters that are unknown, repeated or malformed.
    init(_ text: String?, allowed: [String]) throws(NativeFault) {
        var pairs: [String: String] = [:]
        for part in (text ?? "").split(separator: "&") {
            let cut = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard cut.count == 2, allowed.contains(String(cut[0])) else {
                throw NativeFault(
                    .invalidValue,
                    allowed.isEmpty
                        ? "no query parameters are allowed here"
                        : "unknown query parameter: \(allowed.joined(separator: ", ")) are allowed")
            }
            guard pairs.updateValue(String(cut[1]), forKey: String(cut[0])) == nil else {
                throw NativeFault(.invalidValue, "the query parameter \(cut[0]) is given twice")
            }
        }
        self.pairs = pairs
    }

    /// A value; nil where it is missing or empty.
    func text(_ name: String) -> String? { pairs[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// An integer in the range; nil where it is missing or empty.
    func integer(_ name: String, _ range: ClosedRange<Int>) throws(NativeFault) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw NativeFault(
                .invalidValue, "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
