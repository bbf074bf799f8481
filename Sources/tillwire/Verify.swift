internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1
internal import QueueStore
internal import Tillwire

/// `tillwire verify`: checks everything a store knows, and repairs a stopped one.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a stopped store itself, a running one through its daemon.",
        discussion: """
            With --repair a stopped store is put right as far as other rows say what is true: counts, owners of blocks, what wakes messages, \
            damaged counters. Every step stands in a log beside the store. With --drop-damaged besides, rows and blocks that are lost are given \
            up; the log keeps their bytes, and messages whose index is lost but which are still there come back, acknowledged ones among them. \
            Exit status: 0 nothing is wrong (any more), 1 it could not be checked, 5 something is wrong.
            """)

    @Argument(help: "The store's folder.")
    var store: String

    @Flag(help: "Rebuild what follows from other rows; the store must be stopped.")
    var repair = false

    @Flag(help: "With --repair: give up rows and blocks that cannot be read.")
    var dropDamaged = false

    @OptionGroup var options: AdminOptions

    func validate() throws {
        guard repair || !dropDamaged else { throw ValidationError("--drop-damaged goes with --repair") }
    }

    func run() async throws {
        if repair { return try repairStopped() }
        guard let report = try stopped() else { return try await verifyThroughDaemon() }
        try show(
            rows: report.rowCount, blocks: report.blockCount, messages: report.messageCount,
            comparedCounts: report.comparedCounts, problems: report.problems, repairable: report.repairable)
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

    private func repairStopped() throws {
        let report: RepairReport
        do throws(BrokerError) {
            report = try Store.repair(folder: store, droppingDamaged: dropDamaged)
        } catch {
            if case .storeInUse = error { throw ToolError("\(store) is in use: stop the daemon first") }
            throw ToolError(error.description)
        }
        for action in report.actions { print("repaired: \(action)") }
        if let logPath = report.logPath { print("\(report.actionCount) repairs, all of them in \(logPath)") }
        let found = report.verification
        try show(
            rows: found.rowCount, blocks: found.blockCount, messages: found.messageCount,
            comparedCounts: found.comparedCounts, problems: found.problems)
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
        rows: UInt64, blocks: UInt64, messages: UInt64, comparedCounts: Bool, problems: [String], repairable: Int = 0
    ) throws {
        print("rows \(rows), blocks \(blocks), messages waiting or delayed \(messages)")
        if !comparedCounts { print("counts between tables were not all compared: the store is busy") }
        for problem in problems { print("problem: \(problem)") }
        if repairable > 0 { print("--repair puts \(repairable) of them right without losing anything") }
        guard problems.isEmpty else { throw ExitCode(5) }
        print("nothing is wrong")
    }
}
