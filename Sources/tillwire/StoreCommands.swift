internal import ArgumentParser
internal import QueueStore
internal import Tillwire

/// `tillwire store`: what is done to a store as a whole.
struct StoreCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Copies a stopped store.", subcommands: [StoreBackupCommand.self])
}

/// `tillwire store backup`: a checked copy of a stopped store.
struct StoreBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies a stopped store, checks every row of the copy, and puts it in place.",
        discussion: """
            The target must not exist or be empty; it is whole or not there at all. A store opens it; the first opening makes it a store of \
            its own, in which receipts of the original are void. Exit status: 0 it was made, 1 it was not.
            """)

    @Argument(help: "The store's folder.")
    var store: String

    @Argument(help: "The folder of the copy: new or empty.")
    var target: String

    @Flag(help: "Keep a copy in which the check finds something wrong.")
    var acceptDamage = false

    func run() throws {
        let report: BackupReport
        do throws(BrokerError) {
            report = try Store.backup(folder: store, to: target, acceptingDamage: acceptDamage)
        } catch {
            if case .storeInUse = error { throw ToolError("\(store) is in use: stop the daemon first") }
            throw ToolError(error.description)
        }
        print("\(report.path): \(report.byteCount) bytes, commit \(report.groupNumber)")
        print("rows \(report.rowCount), messages waiting or delayed \(report.messageCount)")
        for problem in report.problems { print("problem: \(problem)") }
    }
}
