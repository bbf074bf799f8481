internal import AccessControl
internal import ArgumentParser
internal import BoundedJSON

/// `tillwire key list`.
struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all keys, one JSON object a line, without secrets.")

    @OptionGroup var file: KeyFileOptions

    func run() async throws {
        for record in try file.read() { print(Self.line(record)) }
    }

    private static func line(_ record: APIKeyRecord) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", record.id)
        writer.member("owner", record.owner)
        writer.member("enabled", record.isEnabled)
        writer.member("hmac_sha1", record.allowsHMACSHA1)
        writer.member("rotating", record.previousSecret != nil)
        writer.key("grants")
        writer.beginArray()
        for grant in record.grants {
            writer.beginObject()
            switch grant.actions {
            case .role(let role): writer.member("role", role.rawValue)
            case .named(let names): write(names, as: "actions", to: &writer)
            }
            write(grant.queues.map(\.text), as: "queues", to: &writer)
            write(grant.topics.map(\.text), as: "topics", to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ texts: [String], as name: String, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}
