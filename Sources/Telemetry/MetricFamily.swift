/// A metric whose values are read when they are shown, because a service keeps the figures itself.
public struct MetricFamily: Sendable {
    /// How the metric behaves.
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    struct Sample: Sendable {
        let line: [UInt8]
        let value: Double
    }

    let name: String
    let kind: Kind
    private(set) var samples: [Sample] = []

    /// A family without samples.
    public init(_ name: String, _ kind: Kind) {
        self.name = SeriesLabel(name, []).name
        self.kind = kind
    }

    /// A family of one sample without labels.
    public init(_ name: String, _ kind: Kind, _ value: some BinaryInteger) {
        self.init(name, kind)
        add([], value)
    }

    /// Adds a sample; labels must come from bounded sets.
    public mutating func add(_ labels: [(String, String)], _ value: some BinaryInteger) {
        samples.append(Sample(line: SeriesLabel(name, labels).line(), value: Double(value)))
    }

    /// Adds a distribution.
    ///
    /// - Parameters:
    ///   - uppers: upper bounds of the buckets in shown units.
    ///   - counts: how many fell in each bucket, one more than `uppers` for what is above every bound.
    ///   - sum: sum of all values in shown units.
    public mutating func add(_ labels: [(String, String)] = [], uppers: [Double], counts: [UInt64], sum: Double) {
        let label = SeriesLabel(name, labels)
        var running: UInt64 = 0
        for (upper, count) in zip(uppers.map { "\($0)" } + ["+Inf"], counts) {
            running += count
            samples.append(
                Sample(line: label.line(suffix: "_bucket", extra: "le=\"\(upper)\""), value: Double(running)))
        }
        samples.append(Sample(line: label.line(suffix: "_sum"), value: sum))
        samples.append(Sample(line: label.line(suffix: "_count"), value: Double(running)))
    }
}
