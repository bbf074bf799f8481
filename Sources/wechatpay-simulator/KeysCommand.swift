import ArgumentParser
import WeChatPaySimulator

/// `wechatpay-simulator keys`: keys and settings for a daemon that is started by hand.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes keys, tokens, merchants and settings for `tillwired --config FOLDER/tillwired.json`.",
        discussion:
            """
            The merchants have no endpoint yet: register one by the operator's API. Files that exist are never
            overwritten.
            """
    )

    @Option(help: "Work folder; made if missing.")
    var folder: String
    @Option(help: "Port of notices and gate.")
    var noticesPort: UInt16 = 8080
    @Option(help: "Port of the operator's API.")
    var adminPort: UInt16 = 8081
    @Option(help: "Port of the queue API.")
    var queuePort: UInt16 = 8083
    @Option(
        help: "Address of the platform's API that `wechatpay-simulator platform` says; default: the daemon calls none.")
    var platformURL: String?
    @OptionGroup var options: PlanOptions

    func run() throws {
        let work = try WorkFolder(path: folder)
        var settings = DaemonSettings(noticesPort: noticesPort, adminPort: adminPort, mapMiB: 65_536, logLevel: "info")
        settings.queuePort = queuePort
        settings.platformURL = platformURL
        let folder = KeyFolder(path: work.path)
        let keyID = try folder.makeWorld(plan: options.plan, settings: settings)
        Terminal.line("\(work.path)/tillwired.json: \(settings.demoNote)")
        Terminal.line("operator token in \(work.path)/operator.token, gate token in \(work.path)/gate.token")
        Terminal.line(
            "queue API key \(keyID) in \(folder.apiKeys), more by `tillwire key create --keys \(folder.apiKeys)`")
    }
}
