internal import AccessControl
internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1

/// `tillwire merchants`: the registry.
struct Merchants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, shows, registers and deletes merchants.",
        subcommands: [List.self, Show.self, Put.self, Delete.self])

    static func path(_ merchantID: String) -> String { "/admin/v1/merchants/" + PathText.encoded(merchantID) }

    /// `tillwire merchants list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists all merchants, one JSON object a line, without secrets.")

        @OptionGroup var options: AdminOptions

        func run() async throws {
            let client = try options.client()
            var after: String? = ""
            while let from = after {
                let path = "/admin/v1/merchants?limit=\(ToolLimits.pageCount)&after=\(PathText.encoded(from))"
                let limits = JSONLimits(byteCountMax: ToolLimits.answerByteCountMax)
                let page = try JSONValue.parse(try await client.ask(.GET, path), limits: limits)
                for merchant in page["merchants"]?.array ?? [] {
                    print(String(decoding: merchant.rawBytes, as: UTF8.self))
                }
                after = page["next"]?.string
            }
        }
    }

    /// `tillwire merchants show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one merchant, without secrets.")

        @Argument(help: "The merchant's number.")
        var merchantID: String

        @OptionGroup var options: AdminOptions

        func run() async throws {
            print(JSONText.indented(try await options.client().ask(.GET, Merchants.path(merchantID))))
        }
    }

    /// `tillwire merchants put`.
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Registers a merchant, or changes it.")

        @Argument(help: "The merchant's number.")
        var merchantID: String

        @Argument(help: "File with the merchant as JSON, mode 0600 because it may hold signing keys.")
        var file: String

        @OptionGroup var options: AdminOptions

        func run() async throws {
            let body = try SecretFile.read(path: file, byteCountMax: ToolLimits.fileByteCountMax)
            print(JSONText.indented(try await options.client().ask(.PUT, Merchants.path(merchantID), body)))
        }
    }

    /// `tillwire merchants delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a merchant; its orders are held from then on.")

        @Argument(help: "The merchant's number.")
        var merchantID: String

        @OptionGroup var options: AdminOptions

        func run() async throws {
            _ = try await options.client().ask(.DELETE, Merchants.path(merchantID))
            print("deleted")
        }
    }
}
