internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1

/// `tillwire restrict`: refuse new payments of a merchant.
struct Restrict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Refuses new payments of a merchant, a store or a device.")

    @Argument(help: "Names the case; it is lifted by this.")
    var caseID: String

    @Option(help: "The merchant's number.")
    var merchant: String

    @Option(help: "Why, as a code.")
    var reasonCode: String

    @Option(help: "Why, for people.")
    var reason: String?

    @Option(help: "Only this store.")
    var store: String?

    @Option(help: "Only this device.")
    var device: String?

    @Option(
        name: .customLong("action"),
        help:
            "What is closed, such as NO_TRANSACTION or NO_REFUND; may be given several times. Payments where it is left out."
    )
    var actions: [String] = []

    @Option(help: "From when on (RFC 3339); from now on where it is left out.")
    var effective: String?

    @Option(help: "Until when (RFC 3339); until it is lifted where it is left out.")
    var expires: String?

    @OptionGroup var options: AdminOptions

    func run() async throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("merchant_id", merchant)
        writer.member("reason_code", reasonCode)
        let optional = [
            ("reason", reason), ("store_id", store), ("device_id", device), ("effective", effective),
            ("expires", expires),
        ]
        for case (let name, let value?) in optional { writer.member(name, value) }
        if !actions.isEmpty {
            writer.key("actions")
            writer.beginArray()
            for action in actions { writer.string(action) }
            writer.endArray()
        }
        writer.endObject()
        let path = "/admin/v1/restrictions/" + PathText.encoded(caseID)
        print(JSONText.indented(try await options.client().ask(.PUT, path, writer.bytes)))
    }
}

/// `tillwire lift`: end a restriction.
struct Lift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lifts a restriction.")

    @Argument(help: "The case.")
    var caseID: String

    @Option(help: "Why.")
    var reason: String?

    @OptionGroup var options: AdminOptions

    func run() async throws {
        var writer = JSONWriter()
        writer.beginObject()
        if let reason { writer.member("reason", reason) }
        writer.endObject()
        let path = "/admin/v1/restrictions/\(PathText.encoded(caseID))/lift"
        print(JSONText.indented(try await options.client().ask(.POST, path, writer.bytes)))
    }
}
