internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1
internal import QueueStore
internal import Tillwire

/// `tillwire verify`: checks everything a store knows.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a stopped store itself, a running one through its daemon.",
        discussion: "Exit status: 0 nothing is wrong, 1 it could not be checked, 5 something is wrong.")

    @Argument(help: "The store's folder.")
    var store: String

    @OptionGroup var options: AdminOptions

    func run() async throws {
        guard let report = try stopped() else { return try await verifyThroughDaemon() }
        try show(
            rows: report.rowCount, blocks: report.blockCount, messages: report.messageCount,
            comparedCounts: report.comparedCounts, problems: report.problems)
    }

    /// What the store's own check found; nil where a process has the store.
    private func stopped() throws -> VerifyReport? {
        do throws(BrokerError) {
            return try Store.verify(folder: store)
        } catch {
            guard case .storeInUse = error else { throw ToolError(error.description) }
            return nil
        }
    }

    private func verifyThroughDaemon() async throws {
        guard options.tokenFile != nil else {
            throw ToolError(
                "\(store) is in use: stop the daemon, or name its API and an operator's token with --admin and --token-file"
            )
        }
        let answer = try await options.client().ask(
            .POST, "/admin/v1/verify", seconds: ToolLimits.verifySecondsMax)
        let report = try JSONValue.parse(answer)
        func count(_ name: String) -> UInt64 { UInt64(clamping: report[name]?.int64 ?? 0) }
        try show(
            rows: count("rows"), blocks: count("blocks"), messages: count("messages"),
            comparedCounts: report["compared_counts"]?.bool ?? false,
            problems: report["problems"]?.array?.compactMap(\.string) ?? ["the daemon's answer names no problems"])
    }

    private func show(
        rows: UInt64, blocks: UInt64, messages: UInt64, comparedCounts: Bool, problems: [String]
    ) throws {
        print("rows \(rows), blocks \(blocks), messages waiting or delayed \(messages)")
        if !comparedCounts { print("counts between tables were not all compared: the store is busy") }
        for problem in problems { print("problem: \(problem)") }
        guard problems.isEmpty else { throw ExitCode(5) }
        print("nothing is wrong")
    }
}
