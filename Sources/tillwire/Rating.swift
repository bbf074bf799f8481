internal import ArgumentParser
internal import NIOHTTP1

/// `tillwire rating`: how WeChat Pay sees this receiver.
struct Rating: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Shows the provider's rating: success, answer times and repeats by hour and day of Beijing, and the alarm.")

    @Option(help: "Hours, 0 to 840, newest first.")
    var hours = 48

    @Option(help: "Days, 0 to 400, newest first.")
    var days = 31

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdminOptions

    func run() async throws {
        let path = "/admin/v1/rating?hours=\(hours)&days=\(days)&format=\(json ? "json" : "text")"
        let answer = try await options.client().ask(.GET, path)
        if json { print(JSONText.indented(answer)) } else { print(String(decoding: answer, as: UTF8.self)) }
    }
}
