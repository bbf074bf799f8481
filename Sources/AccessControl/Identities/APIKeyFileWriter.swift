internal import BoundedJSON

/// Writes one key as a key file holds it; what is the default is left out where that reads well.
enum APIKeyFileWriter {
    static func write(_ record: APIKeyRecord, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", record.id)
        writer.member("secret", record.secret)
        if let previous = record.previousSecret { writer.member("previous_secret", previous) }
        if !record.owner.isEmpty { writer.member("owner", record.owner) }
        writer.member("enabled", record.isEnabled)
        writer.member("hmac_sha1", record.allowsHMACSHA1)
        writer.key("grants")
        writer.beginArray()
        for grant in record.grants { write(grant, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ grant: APIGrant, to writer: inout JSONWriter) {
        writer.beginObject()
        switch grant.actions {
        case .role(let role): writer.member("role", role.rawValue)
        case .named(let names): write(names, as: "actions", to: &writer)
        }
        if !grant.queues.isEmpty { write(grant.queues.map(\.text), as: "queues", to: &writer) }
        if !grant.topics.isEmpty { write(grant.topics.map(\.text), as: "topics", to: &writer) }
        writer.endObject()
    }

    private static func write(_ texts: [String], as name: String, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}
