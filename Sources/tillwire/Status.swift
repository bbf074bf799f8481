internal import ArgumentParser
internal import NIOHTTP1

/// `tillwire status`: what the daemon reports.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows queues, services and the store of a running daemon.")

    @OptionGroup var options: AdminOptions

    func run() async throws {
        print(JSONText.indented(try await options.client().ask(.GET, "/admin/v1/status")))
    }
}

/// `tillwire order`: what became of one order.
struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what became of one order.")

    @Argument(help: "WeChat Pay's transaction id.")
    var transactionID: String

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let path = "/admin/v1/orders/" + PathText.encoded(transactionID)
        print(JSONText.indented(try await options.client().ask(.GET, path)))
    }
}
