internal import BenchmarkSupport

/// What the user asked for.
struct APIOptions {
    /// Seconds of each run.
    var seconds = 1.5
    /// Passes over all works.
    var passes = 5
    /// Keep-alive connections.
    var connectionCount = 64
    /// Only works whose title holds this, the limits apart; empty: all.
    var only = ""
    /// Where the store is made.
    var folder = ScratchFolder.parentDefault
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        api-bench: requests per second of the queue API over HTTP, beside the bare data plane and the store alone.

          --seconds S   seconds of each run in each pass, 0.1 to 10 (default 1.5)
          --passes N    passes, 1 to 99; figures are medians (default 5)
          --only TEXT   only works whose title holds TEXT, without the limits unless it names them (ratios are then not shown)
          --folder PATH where the store is made (default /var/tmp)
          --smoke       one short pass; every answer is checked as always
          --help        this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(LoadFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--smoke": (seconds, passes) = (0.2, 1)
            case "--seconds":
                guard let value = rest.popFirst().flatMap(Double.init), 0.1...10 ~= value else {
                    throw LoadFailure("--seconds: a number from 0.1 to 10 is needed")
                }
                seconds = value
            case "--passes":
                guard let value = rest.popFirst().flatMap({ Int($0) }), 1...99 ~= value else {
                    throw LoadFailure("--passes: a whole number from 1 to 99 is needed")
                }
                passes = value
            case "--only":
                guard let text = rest.popFirst() else { throw LoadFailure("--only needs a value") }
                only = text
            case "--folder":
                guard let path = rest.popFirst() else { throw LoadFailure("--folder needs a value") }
                folder = path
            default: throw LoadFailure("unknown option \(argument); --help lists them")
            }
        }
    }
}
