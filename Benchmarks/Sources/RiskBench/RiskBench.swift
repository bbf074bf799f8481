internal import Glibc

/// Measures the risk windows beside a tight loop over plain arrays: the same events in the same minutes.
@main
struct RiskBench {
    static func main() {
        do {
            let options = try RiskOptions(Array(CommandLine.arguments.dropFirst()))
            guard !options.wantsHelp else { return print(RiskOptions.help) }
            let cells = RiskCell.all.filter { options.wants($0.name) }
            guard !cells.isEmpty else {
                throw OptionError(
                    description: "--only names no cell; there are \(RiskCell.all.map(\.name).joined(separator: ", "))")
            }
            try options.isSmoke ? smoke(cells) : measure(cells, options)
        } catch {
            print("risk-bench: \(error)")
            exit(1)
        }
    }

    /// Passes are interleaved: every cell once, then every cell again.
    private static func measure(_ cells: [RiskCell], _ options: RiskOptions) throws {
        print("\(options.passCount) passes, \(options.eventCount) events a cell, seed \(RiskLimits.seed); medians")
        print("of a call's latency the clock takes about \(clockNanos()) ns\n")
        #if DEBUG
            print("DEBUG BUILD: these figures mean nothing; build with -c release\n")
        #endif
        var passes = [[RiskMeasurement]](repeating: [], count: cells.count)
        for pass in 1...options.passCount {
            for (index, cell) in cells.enumerated() {
                // Made anew each time: the events of all cells at once would fill the memory.
                let run = RiskRun(cell, measuredCount: options.eventCount)
                passes[index].append(try run.measure(runsLimit: options.runsLimit))
            }
            if options.passCount > 1 { print("pass \(pass) of \(options.passCount) done") }
            fflush(nil)
        }
        print(RiskTable.header())
        for (cell, passes) in zip(cells, passes) { print(RiskTable.row(cell, passes)) }
    }

    private static func smoke(_ cells: [RiskCell]) throws {
        for cell in cells {
            let run = RiskRun(cell.small, measuredCount: RiskLimits.smokeEventCount)
            try run.smoke()
            _ = try run.measure(runsLimit: true)
        }
        print("smoke: every figure of \(cells.count) cells equals its recount and the tight loop's")
    }

    /// Median of reading the clock twice in a row.
    private static func clockNanos() -> Int {
        let samples = (0..<1_001).map { _ in
            let start = RiskRun.nowNanos()
            return Double(RiskRun.nowNanos() - start)
        }
        return Int(median(samples))
    }
}
