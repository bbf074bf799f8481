/// What the user asked for.
struct BenchOptions {
    /// Seconds of each cell in each pass.
    var seconds = BenchLimits.cellSecondsDefault
    /// Passes over all cells.
    var passCount = BenchLimits.passCountDefault
    /// Only cells with one of these names, or with a name that holds one of these; empty for all.
    var only: [String] = []
    /// One tiny pass that checks everything that can be counted.
    var isSmoke = false
    /// Whether raw LMDB is measured beside the store.
    var runsRaw = true
    /// The folder below which the stores are made.
    var folder: String?
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        store-bench: the embedded store beside raw LMDB on the same disk in the same minutes.

          --seconds S    seconds of each cell in each pass, 0.05 to 60 (default 3)
          --passes N     passes over all cells, 1 to 99; figures are medians (default 3)
          --only TEXT    only the cell of this name, or where none has it those whose name holds TEXT; several joined by commas
          --no-raw       without raw LMDB, for profiling the store alone
          --folder PATH  make the stores below this folder (default /var/tmp); removed at the end
          --smoke        one tiny pass that checks all counts; exit status 1 where one is wrong
          --help         this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--smoke": isSmoke = true
            case "--no-raw": runsRaw = false
            case "--help", "-h": wantsHelp = true
            case "--seconds": seconds = try Self.number(rest.popFirst(), argument, 0.05...BenchLimits.cellSecondsMax)
            case "--passes":
                passCount = try Self.number(rest.popFirst(), argument, 1...BenchLimits.passCountMax)
            case "--only": only += try Self.text(rest.popFirst(), argument).split(separator: ",").map(String.init)
            case "--folder": folder = try Self.text(rest.popFirst(), argument)
            default: throw OptionError(description: "unknown option \(argument); --help lists them")
            }
        }
    }

    /// Whether the cell of this name is to run.
    func wants(_ name: String) -> Bool {
        only.isEmpty
            || only.contains { text in name == text || !Cell.all.contains { $0.name == text } && name.contains(text) }
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
