import ArgumentParser
import WeChatPaySimulator

/// `wechatpay-simulator demo`: the whole mission in about a minute.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts tillwired on an empty store, lives a day around it, kills it once, and draws the account.",
        discussion: "Exit status 0 only if the account balances: nothing lost, all amounts and signatures right.")

    @Option(help: "Path of tillwired.")
    var daemon: String
    @Option(help: "Empty work folder; it is kept. Default: a temporary one, removed when the account balances.")
    var folder: String?
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try options.plan.validate()
        let work = try WorkFolder(path: folder)
        let demo = try Demo(
            plan: options.plan, daemon: daemon, folder: KeyFolder(path: work.path), output: Terminal.line)
        do {
            guard try await Interruptible.run({ try await demo.run() }) else { throw ExitCode.failure }
        } catch let status as ExitCode where status == Interruptible.interrupted {
            Terminal.line("interrupted; the daemon was stopped")
            if folder == nil { work.remove() }
            throw status
        } catch {
            Terminal.line("the work folder \(work.path) is kept, with the daemon's log in it")
            throw error
        }
        if folder == nil { work.remove() }
    }
}
