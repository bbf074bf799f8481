import ArgumentParser
import WeChatPaySimulator

/// `wechatpay-simulator notices`: for whoever runs the daemon with `make serve`.
struct NoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices", abstract: "Sends signed payment notices to a provider that runs already.",
        discussion: "Exit status 0 only if every notice was confirmed. A repeated seed sends the same payments again.")

    @Option(help: "Notify URL, such as http://127.0.0.1:8080/notify/wechat/v3.")
    var to: String
    @Option(help: "Folder that `wechatpay-simulator keys` made.")
    var folder: String
    @OptionGroup var options: PlanOptions

    func run() async throws {
        let keys = try KeyFolder(path: folder).read()
        let run = try NoticesRun(plan: options.plan, keys: keys, notifyURL: to, output: Terminal.line)
        let isConfirmed = try await Interruptible.run { try await run.run() }
        guard isConfirmed else { throw ExitCode.failure }
    }
}
