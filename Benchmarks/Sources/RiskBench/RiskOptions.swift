/// What the user asked for.
struct RiskOptions {
    /// Events measured in each cell of each pass.
    var eventCount = RiskLimits.eventCountDefault
    /// Passes over all cells.
    var passCount = RiskLimits.passCountDefault
    /// Only cells whose name holds one of these; empty for all.
    var only: [String] = []
    /// Whether the tight loop is measured beside the windows.
    var runsLimit = true
    /// One tiny pass that checks every figure.
    var isSmoke = false
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        risk-bench: the risk windows beside a tight loop over plain arrays in the same minutes.

          --events N   events measured in each cell of each pass, 1,000 to 100,000,000 (default 4000000)
          --passes N   passes over all cells, 1 to 99; figures are medians (default 3)
          --only TEXT  only cells whose name holds TEXT; several joined by commas
          --no-limit   without the tight loop, for profiling the windows alone
          --smoke      tiny cells, every figure compared with a recount; exit status 1 where one differs
          --help       this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--smoke": isSmoke = true
            case "--no-limit": runsLimit = false
            case "--help", "-h": wantsHelp = true
            case "--events":
                eventCount = try Self.number(rest.popFirst(), argument, 1_000...RiskLimits.eventCountMax)
            case "--passes": passCount = try Self.number(rest.popFirst(), argument, 1...RiskLimits.passCountMax)
            case "--only":
                guard let text = rest.popFirst(), !text.isEmpty else {
                    throw OptionError(description: "\(argument) needs a value")
                }
                only += text.split(separator: ",").map(String.init)
            default: throw OptionError(description: "unknown option \(argument); --help lists them")
            }
        }
    }

    /// Whether the cell of this name is to run.
    func wants(_ name: String) -> Bool { only.isEmpty || only.contains { name.contains($0) } }

    private static func number(
        _ value: String?, _ option: String, _ range: ClosedRange<Int>
    ) throws(OptionError) -> Int {
        guard let value, let number = Int(value), range.contains(number) else {
            throw OptionError(
                description: "\(option): a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return number
    }
}

/// An argument that makes no sense.
struct OptionError: Error, CustomStringConvertible {
    let description: String
}
