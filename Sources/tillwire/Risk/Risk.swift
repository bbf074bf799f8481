internal import AccessControl
internal import ArgumentParser
internal import NIOHTTP1
internal import RiskRules

/// `tillwire risk`: what concerns risk control.
struct Risk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replays recorded orders through the detector, checks rule files, asks about decisions.",
        subcommands: [RiskReplay.self, RiskRulesCheck.self, RiskReload.self, RiskDecisions.self])
}

/// `tillwire risk check`: read a rule file without a daemon.
struct RiskRulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads a rule file and says what is wrong with it, with its line.",
        discussion: "Exit status: 0 it can be used, 1 it cannot. Without a file the built-in rules are printed.")

    @Argument(help: "The rule file.")
    var file: String?

    func run() throws {
        let rules = try RuleFile.read(file)
        print(String(decoding: rules.text, as: UTF8.self), terminator: "")
    }
}

/// `tillwire risk reload`: have the daemon read its rule file again.
struct RiskReload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Has the daemon read its rule file again; where it is broken, the old rules stay active.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
        print(JSONText.indented(try await options.client().ask(.POST, "/admin/v1/risk/rules/reload")))
    }
}

/// `tillwire risk decisions`: what the daemon decided.
struct RiskDecisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions", abstract: "Shows the latest decisions of a running daemon, newest first.")

    @Option(help: "Only those about this merchant.")
    var merchant: String?

    @Option(help: "At most so many, 1 to 1000.")
    var limit = 20

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let about = merchant.map { "&merchant_id=\(PathText.encoded($0))" } ?? ""
        print(
            JSONText.indented(
                try await options.client().ask(.GET, "/admin/v1/risk/decisions?limit=\(limit)\(about)")))
    }
}

/// Reads rule files for the tool.
enum RuleFile {
    /// The rules in a file; the built-in ones without a path.
    static func read(_ path: String?) throws -> RuleSet {
        guard let path else { return .standard }
        do {
            return try RuleSet.parse(try SecretFile.readPublic(path: path))
        } catch let error as RuleFileError {
            throw ToolError("\(path): \(error)")
        }
    }
}
