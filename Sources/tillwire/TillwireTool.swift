internal import ArgumentParser

/// The operator's command line.
@main
struct TillwireTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tillwire", abstract: "Checks stores and talks to the operator's API of a Tillwire daemon.",
        subcommands: [
            Verify.self, StoreCommands.self, Status.self, Order.self, Merchants.self, Restrict.self, Lift.self,
            Secret.self, KeyCommands.self, Risk.self, Notice.self, Rating.self, Recover.self, Reconcile.self,
        ])
}
