/// What the user asked for.
struct BenchOptions {
    /// Seconds of each contestant's run in each pass.
    var seconds = BenchLimits.runSecondsDefault
    /// Passes over all rows.
    var passCount = BenchLimits.passCountDefault
    /// Only rows with one of these names, or with a name that holds one of these; empty for all.
    var only: [String] = []
    /// One tiny pass that checks everything that can be counted.
    var isSmoke = false
    /// Whether the limits are measured beside the store.
    var runsLimits = true
    /// Whether the peers that are installed are measured beside the store.
    var runsPeers = true
    /// Messages waiting in the depth rows.
    var depth = BenchLimits.depthDefault
    /// The folder below which the stores are made.
    var folder: String?
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        store-bench: the embedded store beside the disk's limits and other queues, on the same disk in the same minutes.

          --seconds S    seconds of each run in each pass, 0.05 to 60 (default 2)
          --passes N     passes over all rows, 1 to 99; figures are medians (default 3)
          --only TEXT    only the row of this name, or where none has it those whose name holds TEXT; several joined by commas
          --depth N      messages waiting in the depth rows, up to 50 million (default 1000000; the target is stated at 10000000)
          --no-peers     without other queues, installed or not
          --no-limits    without the limits, for profiling the store alone
          --folder PATH  make the stores below this folder (default /var/tmp); removed at the end
          --smoke        one tiny pass without peers that checks all counts; exit status 1 where one is wrong
          --help         this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--smoke": (isSmoke, runsPeers, depth) = (true, false, BenchLimits.smokeDepth)
            case "--no-limits": runsLimits = false
            case "--no-peers": runsPeers = false
            case "--help", "-h": wantsHelp = true
            case "--seconds": seconds = try Self.number(rest.popFirst(), argument, 0.05...BenchLimits.runSecondsMax)
            case "--passes": passCount = try Self.number(rest.popFirst(), argument, 1...BenchLimits.passCountMax)
            case "--depth": depth = try Self.number(rest.popFirst(), argument, 1_024...BenchLimits.depthMax)
            case "--only": only += try Self.text(rest.popFirst(), argument).split(separator: ",").map(String.init)
            case "--folder": folder = try Self.text(rest.popFirst(), argument)
            default: throw OptionError(description: "unknown option \(argument); --help lists them")
            }
        }
    }

    /// Those of `names` that are to run.
    func chosen(_ names: [String]) -> Set<String> {
        guard !only.isEmpty else { return Set(names) }
        return Set(names.filter { name in only.contains { $0 == name || !names.contains($0) && name.contains($0) } })
    }

    private static func text(_ value: String?, _ option: String) throws(OptionError) -> String {
        guard let value, !value.isEmpty else { throw OptionError(description: "\(option) needs a value") }
        return value
    }

    private static func number<Number: LosslessStringConvertible & Comparable>(
        _ value: String?, _ option: String, _ range: ClosedRange<Number>
    ) throws(OptionError) -> Number {
        let text = try text(value, option)
        guard let number = Number(text), range.contains(number) else {
            let kind = Number.self == Int.self ? "a whole number" : "a number"
            throw OptionError(
                description: "\(option) \(text): \(kind) from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return number
    }
}

/// An argument that makes no sense.
struct OptionError: Error, CustomStringConvertible {
    let description: String
}
