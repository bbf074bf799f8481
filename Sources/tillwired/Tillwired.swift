internal import ArgumentParser
internal import BrokerDaemon
internal import Foundation

/// The broker daemon's program: command line to settings, settings to the daemon.
@main
struct Tillwired: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tillwired",
        abstract: "The Tillwire broker: takes payment notices, stores them durably, pushes orders to merchants.",
        discussion: """
            Settings come from the command line (--set), then from the environment (TILLWIRE_<SECTION>_<KEY>), then from the file.
            Exit status: 0 stopped, 2 bad settings, 3 the store is in use, 4 the store cannot be used, 1 anything else.
            """)

    @Option(help: "The settings file (JSON).")
    var config: String?

    @Option(name: .customLong("set"), help: "One setting, such as notices.port=8443; may be repeated.")
    var overrides: [String] = []

    @Flag(help: "Check the settings and the files they name, then end.")
    var check = false

    func run() async throws {
        do throws(DaemonError) {
            let settings = try Daemon.settings(
                configPath: config, environment: ProcessInfo.processInfo.environment, overrides: overrides)
            if check { try Daemon.check(settings) } else { try await Daemon.run(settings) }
        } catch {
            Daemon.tell(error)
            throw ExitCode(error.exitCode)
        }
    }
}
