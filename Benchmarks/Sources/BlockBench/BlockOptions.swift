internal import BenchmarkSupport

/// What the user asked for.
struct BlockOptions {
    /// Trials of each row.
    private static let trialCounts = 100...20_000
    /// Decisions of a row.
    private static let decisionCounts = 1_000...10_000_000
    /// Orders per second beside the trials.
    private static let rateMax = 100_000

    /// Trials of each row, each of a merchant of its own.
    var trialCount = 2_000
    /// Orders of other merchants per second beside the trials, a row each.
    var rates = [0, 1_000, 5_000]
    /// Decisions of each row about the gate alone.
    var decisionCount = 200_000
    /// Whether only the gate's decisions are measured.
    var onlyGate = false
    /// Where the stores are made.
    var folder = ScratchFolder.parentDefault
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        block-bench: from the publish of an order that is too much to the first payment request of its merchant that the gate refuses.

          --trials N    trials of each row, 100 to 20,000 (default 2000)
          --rates LIST  orders of other merchants per second beside them, a row each (default 0,1000,5000)
          --decisions N decisions of the gate in each row about it, 1,000 to 10,000,000 (default 200000)
          --only-gate   only these rows
          --folder PATH where the stores are made (default /var/tmp)
          --help        this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--trials":
                guard let count = rest.popFirst().flatMap({ Int($0) }), Self.trialCounts.contains(count) else {
                    throw OptionError("--trials: a whole number from 100 to 20000 is needed")
                }
                trialCount = count
            case "--rates":
                let rates = rest.popFirst()?.split(separator: ",").map { Int($0) } ?? []
                guard !rates.isEmpty, rates.allSatisfy({ 0...Self.rateMax ~= $0 ?? -1 }) else {
                    throw OptionError("--rates: whole numbers from 0 to \(Self.rateMax) joined by commas are needed")
                }
                self.rates = rates.compactMap(\.self)
            case "--decisions":
                guard let count = rest.popFirst().flatMap({ Int($0) }), Self.decisionCounts.contains(count) else {
                    throw OptionError("--decisions: a whole number from 1000 to 10000000 is needed")
                }
                decisionCount = count
            case "--only-gate": onlyGate = true
            case "--folder":
                guard let path = rest.popFirst() else { throw OptionError("--folder needs a value") }
                folder = path
            default: throw OptionError("unknown option \(argument); --help lists them")
            }
        }
    }
}

/// Why the benchmark did not run, or did not end.
struct OptionError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
