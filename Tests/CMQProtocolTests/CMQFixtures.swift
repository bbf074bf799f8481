import BoundedJSON
import CMQProtocol
import FoundationEssentials

/// The requests of `Tests/Fixtures/cmq`.
enum CMQFixtures {
    struct Request {
        var id: String
        var method: String
        var path: String
        var query: String
        var fields: [String: String]
        var body: [UInt8]
        var json: JSONValue

        /// A header field, whatever the case of its name.
        func field(_ name: String) -> String? {
            fields.first { $0.key.lowercased() == name.lowercased() }?.value
        }

        /// The whole request, read as at the door.
        func read() -> CMQIncoming {
            CMQIncoming.read(method: method, field: field, query: query.isEmpty ? nil : query, body: body)
        }
    }

    static func json(_ name: String) throws -> JSONValue {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/cmq/\(name)")
        return try JSONValue.parse([UInt8](Data(contentsOf: url)))
    }

    /// What the real clients sent.
    static func requests() throws -> [Request] {
        (try json("requests.json")["requests"]?.array ?? []).map(request)
    }

    /// The TC3 vectors.
    static func tc3Vectors() throws -> [Request] {
        (try json("signing.json")["tc3"]?.array ?? []).map(request)
    }

    private static func request(_ json: JSONValue) -> Request {
        Request(
            id: json.text("id"), method: json.text("method"), path: json.text("path"), query: json.text("query"),
            fields: Dictionary(
                uniqueKeysWithValues: (json["fields"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }),
            body: Array(json.text("body").utf8), json: json)
    }
}

extension JSONValue {
    /// A member's text, empty where there is none.
    func text(_ name: String) -> String { self[name]?.string ?? "" }
}
