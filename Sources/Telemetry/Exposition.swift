/// Text in the Prometheus exposition format 0.0.4, built by appending bytes.
struct Exposition: Sendable {
    /// What was written.
    private(set) var bytes: [UInt8] = []

    /// The `# TYPE` line in front of a family.
    mutating func family(_ name: String, type: String) {
        bytes += "# TYPE \(name) \(type)\n".utf8
    }

    /// A line with an integer.
    mutating func sample(_ line: [UInt8], _ value: Int64) {
        bytes += line
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A line with a number.
    mutating func sample(_ line: [UInt8], _ value: Double) {
        guard let whole = Int64(exactly: value) else {
            bytes += line
            bytes += Self.text(value).utf8
            bytes.append(UInt8(ascii: "\n"))
            return
        }
        sample(line, whole)
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }
}
