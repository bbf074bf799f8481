internal import BenchmarkSupport

/// What the user asked for.
struct NoticeOptions {
    /// Notices of each run.
    var noticeCount = 16_000
    /// Passes over all rows.
    var passCount = 5
    /// Keep-alive connections.
    var connectionCount = 64
    /// Notices of one event-loop turn that go to the store together; the passes take these in turns.
    var handOvers = [16]
    /// Only rows whose title holds this; empty: all.
    var only = ""
    /// Where the stores are made.
    var folder = ScratchFolder.parentDefault
    /// Whether every pass is printed.
    var isVerbose = false
    /// Whether only the help is wanted.
    var wantsHelp = false

    static let help = """
        notice-bench: notices accepted per second over HTTP, beside the rate that their parts predict.

          --notices N   notices of each run, 256 to 65,536 (default 16,000)
          --connections N
                        keep-alive connections, 1 to 1,024 (default 64, for which 0.7 is aimed at)
          --passes N    passes, 1 to 99; figures are medians (default 5)
          --hand-over L notices of a turn that are handed to the store together, 1 to 256 (default 16); several joined by commas are taken in turns
          --only TEXT   only rows whose title holds TEXT; the prediction needs the bare answers and the notices of API v3
          --folder PATH where the stores are made (default /var/tmp)
          --verbose     every pass in a line
          --smoke       one pass of 1,024; every answer and the store's count are checked as always
          --help        this text
        """

    /// Reads the arguments, program name not included.
    init(_ arguments: [String]) throws(BenchFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--smoke": (noticeCount, passCount) = (1_024, 1)
            case "--verbose": isVerbose = true
            case "--notices":
                guard let value = rest.popFirst().flatMap({ Int($0) }), 256...65_536 ~= value else {
                    throw BenchFailure("--notices: a whole number from 256 to 65536 is needed")
                }
                noticeCount = value
            case "--connections":
                guard let value = rest.popFirst().flatMap({ Int($0) }), 1...1_024 ~= value else {
                    throw BenchFailure("--connections: a whole number from 1 to 1024 is needed")
                }
                connectionCount = value
            case "--passes":
                guard let value = rest.popFirst().flatMap({ Int($0) }), 1...99 ~= value else {
                    throw BenchFailure("--passes: a whole number from 1 to 99 is needed")
                }
                passCount = value
            case "--hand-over":
                let list = (rest.popFirst() ?? "").split(separator: ",").compactMap { Int($0) }
                guard !list.isEmpty, list.allSatisfy({ 1...256 ~= $0 }) else {
                    throw BenchFailure("--hand-over: whole numbers from 1 to 256 are needed")
                }
                handOvers = list
            case "--only":
                guard let text = rest.popFirst() else { throw BenchFailure("--only needs a value") }
                only = text
            case "--folder":
                guard let path = rest.popFirst() else { throw BenchFailure("--folder needs a value") }
                folder = path
            default: throw BenchFailure("unknown option \(argument); --help lists them")
            }
        }
    }
}
