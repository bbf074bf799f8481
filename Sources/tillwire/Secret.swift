internal import AccessControl
internal import ArgumentParser
internal import Webhooks

/// `tillwire secret`: new random secrets.
struct Secret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes new secrets.", subcommands: [New.self, Token.self])

    /// `tillwire secret new`.
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a signing key for an endpoint (whsec_…).")

        func run() async throws { print(WebhookSecret.generate().text) }
    }

    /// `tillwire secret token`.
    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a bearer token for the operator's API or the gate.")

        func run() async throws { print(AccessTokens.makeToken()) }
    }
}
