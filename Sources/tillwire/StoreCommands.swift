internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1
internal import QueueStore
internal import Tillwire

/// `tillwire store`: what is done to a store as a whole.
struct StoreCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Copies a store.", subcommands: [StoreBackupCommand.self])
}

/// `tillwire store backup`: a checked copy of a stopped store, or through its daemon of a running one.
struct StoreBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies a store, checks every row of the copy, and puts it in place.",
        discussion: """
            A stopped store is copied by the tool itself; one that is in use by its daemon, where --admin and --token-file name its API. \
            The target must not exist or be empty; it is whole or not there at all. A store opens it; the first opening makes it a store of \
            its own, in which receipts of the original are void. Exit status: 0 it was made, 1 it was not.
            """)

    @Argument(help: "The store's folder.")
    var store: String

    @Argument(help: "The folder of the copy: new or empty.")
    var target: String

    @Flag(help: "Keep a copy in which the check finds something wrong.")
    var acceptDamage = false

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let report: BackupReport
        do throws(BrokerError) {
            report = try Store.backup(folder: store, to: target, acceptingDamage: acceptDamage)
        } catch {
            if case .storeInUse = error { return try await backUpThroughDaemon() }
            throw ToolError(error.description)
        }
        print("\(report.path): \(report.byteCount) bytes, commit \(report.groupNumber)")
        print("rows \(report.rowCount), messages waiting or delayed \(report.messageCount)")
        for problem in report.problems { print("problem: \(problem)") }
    }

    private func backUpThroughDaemon() async throws {
        guard options.tokenFile != nil, !acceptDamage else {
            throw ToolError(
                "\(store) is in use: stop the daemon, or name its API and an operator's token with --admin and --token-file"
            )
        }
        guard target.hasPrefix("/") else {
            throw ToolError("\(target): the daemon needs an absolute path, on its own machine")
        }
        var body = JSONWriter()
        body.beginObject()
        body.member("folder", target)
        body.endObject()
        let answer = try await options.client().ask(
            .POST, "/admin/v1/backup", body.bytes, seconds: ToolLimits.verifySecondsMax)
        let report = try JSONValue.parse(answer)
        func count(_ name: String) -> Int64 { report[name]?.int64 ?? 0 }
        print("\(target): \(count("bytes")) bytes, commit \(count("commit"))")
        print("rows \(count("rows")), messages waiting or delayed \(count("messages"))")
    }
}
