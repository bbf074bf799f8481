internal import BoundedJSON

/// The API's own description, OpenAPI 3.1, as `/v1/openapi.json` serves it: made once from the operations the router knows.
enum OpenAPIDocument {
    /// The document.
    static let bytes: [UInt8] = {
        var writer = JSONWriter(reservingByteCount: 65_536)
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        info(&writer)
        paths(&writer)
        writer.key("components")
        writer.beginObject()
        writer.key("schemas")
        writer.raw(OpenAPISchemas.compact)
        securitySchemes(&writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }()

    private static func info(_ writer: inout JSONWriter) {
        writer.key("info")
        writer.beginObject()
        writer.member("title", "Tillwire native queue API")
        writer.member("version", "1")
        writer.member("description", description)
        writer.endObject()
        writer.key("servers")
        writer.beginArray()
        writer.beginObject()
        writer.member("url", "/")
        writer.endObject()
        writer.endArray()
    }

    private static let description = """
        Queues, topics and messages in JSON. Times are milliseconds since 1970, durations milliseconds. Unknown members and parameters are refused. \
        Errors are {"error":{"code","message"}}; the codes are those of the schema Error. NDJSON bodies hold one JSON text a line, at most \
        \(NativeLimits.lineCountMax) lines and \(NativeLimits.bodyByteCountMax) bytes; each line is answered by one line, in order. Paths that end in /stream take and answer any number of \
        lines as they come, each at most \(NativeLimits.messageByteCountMax) bytes. What HTTP itself \
        forbids (sizes, times, framing) is answered before this API sees it, as {"code":"FAIL","message"}.
        """

    private static func paths(_ writer: inout JSONWriter) {
        writer.key("paths")
        writer.beginObject()
        var done: Set<String> = []
        for operation in NativeOperation.allCases where done.insert(operation.route.path).inserted {
            writer.key(operation.route.path)
            writer.beginObject()
            for other in NativeOperation.allCases where other.route.path == operation.route.path {
                writer.key(other.route.method.lowercased())
                write(other, &writer)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func write(_ operation: NativeOperation, _ writer: inout JSONWriter) {
        let entry = operation.entry
        writer.beginObject()
        writer.member("operationId", operation.rawValue)
        writer.member("summary", entry.summary)
        if !entry.details.isEmpty { writer.member("description", entry.details) }
        parameters(operation, &writer)
        if !entry.bodies.isEmpty {
            writer.key("requestBody")
            writer.beginObject()
            writer.member("required", entry.needsBody)
            content(entry.bodies, &writer)
            writer.endObject()
        }
        writer.key("responses")
        writer.beginObject()
        for success in entry.successes { response(success.status, success.text, success.bodies, &writer) }
        for (status, codes) in entry.errorsByStatus {
            let text = codes.map(\.rawValue).joined(separator: ", ")
            response(status, text, [(.json, "Error")], &writer)
        }
        response(nil, "Any other error.", [(.json, "Error")], &writer)
        writer.endObject()
        if operation == .getOpenAPI {
            writer.key("security")
            writer.beginArray()
            writer.endArray()
        } else {
            security(&writer)
        }
        writer.endObject()
    }

    private static func response(
        _ status: Int?, _ text: String, _ bodies: [OpenAPIEntry.Body], _ writer: inout JSONWriter
    ) {
        writer.key(status.map(String.init) ?? "default")
        writer.beginObject()
        writer.member("description", text)
        if !bodies.isEmpty { content(bodies, &writer) }
        writer.endObject()
    }

    private static func content(_ bodies: [OpenAPIEntry.Body], _ writer: inout JSONWriter) {
        writer.key("content")
        writer.beginObject()
        for body in bodies {
            writer.key(body.media.rawValue)
            writer.beginObject()
            writer.key("schema")
            writer.beginObject()
            if let schema = body.schema {
                writer.member("$ref", "#/components/schemas/" + schema)
            } else {
                writer.member("type", "object")
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
    }

    private static func parameters(_ operation: NativeOperation, _ writer: inout JSONWriter) {
        let names = operation.route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        let fields = operation.takesKeys ? ["Idempotency-Key", "X-Tillwire-Nonce"] : []
        let all =
            names.map { ($0, "path") } + operation.queryNames.map { ($0, "query") } + fields.map { ($0, "header") }
        guard !all.isEmpty else { return }
        writer.key("parameters")
        writer.beginArray()
        for (name, place) in all {
            writer.beginObject()
            writer.member("name", name)
            writer.member("in", place)
            writer.member("required", place == "path")
            writer.key("schema")
            writer.raw(OpenAPISchemas.parameter(name))
            writer.endObject()
        }
        writer.endArray()
    }

    // MARK: Security

    private static let schemeNames = ["bearer", "signature"]

    private static func security(_ writer: inout JSONWriter) {
        writer.key("security")
        writer.beginArray()
        for name in schemeNames {
            writer.beginObject()
            writer.key(name)
            writer.beginArray()
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private static func securitySchemes(_ writer: inout JSONWriter) {
        writer.key("securitySchemes")
        writer.beginObject()
        writer.key("bearer")
        writer.beginObject()
        writer.member("type", "http")
        writer.member("scheme", "bearer")
        writer.member("bearerFormat", "<key id>.<secret>, over TLS or from the same machine only")
        writer.endObject()
        writer.key("signature")
        writer.beginObject()
        writer.member("type", "apiKey")
        writer.member("in", "header")
        writer.member("name", "Authorization")
        writer.member("description", signature)
        writer.endObject()
        writer.endObject()
    }

    private static let signature = """
        TC3-HMAC-SHA256 Credential=<key id>/<UTC date>/tillwire/tc3_request, SignedHeaders=<names>, Signature=<hex>, with X-TC-Timestamp. host and \
        x-tc-timestamp must be signed, and content-type, idempotency-key and x-tillwire-nonce where they are sent. A signed send needs an \
        Idempotency-Key, an X-Tillwire-Nonce or a key in each message, so that nobody can send it again. What is hashed for the body is the body, at paths \
        that end in /stream and take lines the text UNSIGNED-PAYLOAD.
        """
}
