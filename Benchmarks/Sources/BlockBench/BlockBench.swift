internal import BenchmarkSupport
internal import Glibc
internal import MessageModel

/// Measures from the publish of an order that makes a merchant soar to the first payment request of it that the gate refuses, in one process.
///
/// Each trial is a merchant of its own. Beside it, in the same run: how long one durable commit takes, because three of them lie on the way (the order,
/// the decision with its outbox entry, the restriction).
@main
struct BlockBench {
    /// Trials that are not counted, first.
    private static let warmUpCount = 50

    static func main() async {
        do {
            let options = try BlockOptions(Array(CommandLine.arguments.dropFirst()))
            guard !options.wantsHelp else { return print(BlockOptions.help) }
            guard !options.onlyGate else { return try await GateSpeed.run(decisionCount: options.decisionCount) }
            let scratch = try ScratchFolder(below: options.folder, name: "block-bench")
            print("\(options.trialCount) trials a row, store in \(options.folder)")
            print(
                "load            trials   refused p50 ms   p99 ms   max ms   commit p50 ms   p99 ms   3 commits / p50")
            for rate in options.rates {
                let row = try await measure(options, rate: rate, path: scratch.path + "/rate-\(rate)")
                print(row)
            }
            try await GateSpeed.run(decisionCount: options.decisionCount)
        } catch {
            print("block-bench: \(error)")
            exit(1)
        }
    }

    private static func measure(_ options: BlockOptions, rate: Int, path: String) async throws -> String {
        let road = try await BlockRoad(path: path, merchantCount: options.trialCount + warmUpCount)
        let running = Task { await road.run() }
        let load = Task { await road.load(ordersPerSecond: rate) }
        var refused: [Double] = []
        var commits: [Double] = []
        for trial in 0..<(options.trialCount + warmUpCount) {
            let commit = try await road.commitMillis()
            let millis = try await road.trialMillis(trial)
            guard trial >= warmUpCount else { continue }
            commits.append(commit)
            refused.append(millis)
        }
        load.cancel()
        await load.value
        running.cancel()
        await running.value
        await road.close()
        return Self.row(rate, refused.sorted(), commits.sorted())
    }

    private static func row(_ rate: Int, _ refused: [Double], _ commits: [Double]) -> String {
        let load = rate == 0 ? "none" : "\(rate) orders/s"
        let p50 = percentile(refused, 0.5)
        let commit = percentile(commits, 0.5)
        let cells = [
            pad("\(refused.count)", 9), pad(text(p50), 17), pad(text(percentile(refused, 0.99)), 9),
            pad(text(refused.last ?? 0), 9), pad(text(commit), 16), pad(text(percentile(commits, 0.99)), 9),
            pad(text(3 * commit / p50), 18),
        ]
        return load + String(repeating: " ", count: max(13 - load.utf8.count, 0)) + cells.joined()
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
    }

    /// The value below which the share lies; 0 without values.
    private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
    }

    private static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
