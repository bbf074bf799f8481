import AccessControl
import BoundedJSON
import MessageModel
import TestSupport
import Testing

@testable import QueueAPI

/// Asks, checks every answer against the document, and keeps which answers were seen.
private actor DocumentWalk {
    let api: NativeHarness
    let document: JSONValue
    private(set) var seen: Set<String> = []

    init(_ api: NativeHarness, _ document: JSONValue) {
        self.api = api
        self.document = document
    }

    /// Asks an operation with these names in its path, and expects this status.
    @discardableResult
    func ask(
        _ operation: NativeOperation, _ names: [String] = [], _ body: String = "", query: String = "",
        headers: [(String, String)] = [], as record: APIKeyRecord? = nil, isAnonymous: Bool = false, gives status: Int
    ) async -> NativeReply {
        var rest = names[...]
        let path = operation.route.path.split(separator: "/").map { part in
            part.first == "{" ? rest.popFirst() ?? "missing" : String(part)
        }.joined(separator: "/")
        let reply = await api.ask(
            operation.route.method, "/" + path + query, body, headers: headers, as: record, isAnonymous: isAnonymous)
        #expect(reply.status == status, "\(operation) \(names): \(reply.text.prefix(300))")
        check(operation, reply)
        seen.insert("\(operation.rawValue) \(reply.status)")
        return reply
    }

    private func check(_ operation: NativeOperation, _ reply: NativeReply) {
        let described = document["paths"]?[operation.route.path]?[operation.route.method.lowercased()]
        guard let response = described?["responses"]?["\(reply.status)"] else {
            Issue.record("\(operation) answers \(reply.status), which is not documented: \(reply.text.prefix(200))")
            return
        }
        guard let media = reply.media else {
            #expect(response["content"] == nil && reply.text.isEmpty, "\(operation) \(reply.status)")
            return
        }
        guard let schema = response["content"]?[media]?["schema"] else {
            Issue.record("\(operation) \(reply.status): \(media) is not documented")
            return
        }
        let check = SchemaCheck(root: document)
        let values = media == "application/x-ndjson" ? reply.lines : [reply.json].compactMap(\.self)
        #expect(media == "application/x-ndjson" || values.count == 1, "\(operation) \(reply.status) is no JSON")
        for value in values {
            let fault = check.fault(value, schema)
            #expect(fault == nil, "\(operation) \(reply.status): \(fault ?? "")")
        }
        if reply.status >= 400, let code = reply.code {
            #expect(
                response["description"]?.string?.contains(code) == true,
                "\(operation) \(reply.status): the code \(code) is not documented")
        }
    }
}

@Suite("Native API: its description")
struct OpenAPITests {
    static func document() throws -> JSONValue {
        try JSONValue.parse(
            OpenAPIDocument.bytes, limits: JSONLimits(byteCountMax: 1 << 20, nodeCountMax: 1 << 20))
    }

    @Test("every route is documented once, with its names, and nothing else is")
    func routes() throws {
        let document = try Self.document()
        #expect(document["openapi"]?.string == "3.1.0")
        var documented: [String: String] = [:]
        for path in document["paths"]?.members ?? [] {
            for method in path.value.members ?? [] {
                let id = method.value["operationId"]?.string ?? ""
                #expect(documented.updateValue("\(method.key.uppercased()) \(path.key)", forKey: id) == nil)
                let inPath = method.value["parameters"]?.array?.filter { $0["in"]?.string == "path" }.compactMap {
                    $0["name"]?.string
                }
                let expected = path.key.split(separator: "/").filter { $0.first == "{" }.map {
                    String($0.dropFirst().dropLast())
                }
                #expect((inPath ?? []) == expected, "\(path.key)")
                for answer in method.value["responses"]?.members ?? [] {
                    #expect(answer.value["description"]?.string?.isEmpty == false)
                }
            }
        }
        let routes = NativeOperation.allCases.map { ($0.rawValue, "\($0.route.method) \($0.route.path)") }
        #expect(documented == Dictionary(uniqueKeysWithValues: routes))
        let router = NativeRouter()
        for operation in NativeOperation.allCases {
            let path = operation.route.path.replacing("{", with: "").replacing("}", with: "")
            guard case .operation(operation, _) = router.match(method: operation.route.method, path: path) else {
                Issue.record("\(operation) is not reached at \(path)")
                continue
            }
        }
        for path in [
            "/v1", "/v1/", "/v1/queues/", "/v1/queues/q/", "/v1/queues//messages", "/v1/none", "/v1/queues/q/x",
        ] {
            #expect(router.match(method: "GET", path: path) == .nothing, "\(path)")
        }
        #expect(router.match(method: "POST", path: "/v1/queues") == .otherMethods(["GET"]))
    }

    @Test("every reference leads to a schema, and every schema is used")
    func references() throws {
        let document = try Self.document()
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        let names = document["components"]?["schemas"]?.members?.map(\.key) ?? []
        #expect(!names.isEmpty)
        for name in names { #expect(text.contains("\"#/components/schemas/\(name)\""), "\(name) is not used") }
        for part in text.split(separator: "#/components/schemas/").dropFirst() {
            let name = part.prefix { $0 != "\"" }
            #expect(names.contains(String(name)), "\(name) is missing")
        }
    }

    @Test("every documented answer of every operation is given as documented, and no other")
    func walk() async throws {
        let document = try Self.document()
        try await NativeHarness.run { api in
            let walk = DocumentWalk(api, document)
            try await Self.successes(walk, api)
            await Self.refusals(walk, api)
            await Self.conflicts(walk, api)
            let overloaded = try NativeHarness(api.broker, api.time) { $0.requestsInFlightMax = 0 }
            let loaded = DocumentWalk(overloaded, document)
            for operation in NativeOperation.allCases { await loaded.ask(operation, ["q", "s"], gives: 503) }
            let seen = await walk.seen.union(await loaded.seen)
            for operation in NativeOperation.allCases {
                let described = document["paths"]?[operation.route.path]?[operation.route.method.lowercased()]
                for answer in described?["responses"]?.members ?? [] where answer.key != "default" {
                    #expect(
                        seen.contains("\(operation.rawValue) \(answer.key)"), "\(operation) never gave \(answer.key)")
                }
            }
        }
    }

    private static let lines = [("Content-Type", "application/x-ndjson")]

    private static func successes(_ walk: DocumentWalk, _ api: NativeHarness) async throws {
        await walk.ask(.getOpenAPI, isAnonymous: true, gives: 200)
        await walk.ask(.putQueue, ["q"], #"{"traced":true}"#, gives: 201)
        await walk.ask(.putQueue, ["q"], #"{"traced":true,"rewind_millis":60000,"retention_millis":60000}"#, gives: 200)
        await walk.ask(.patchQueue, ["q"], #"{"poll_millis":0}"#, gives: 200)
        await walk.ask(.getQueue, ["q"], gives: 200)
        await walk.ask(.listQueues, gives: 200)
        let sent = await walk.ask(.sendMessages, ["q"], #"{"body":"1","key":"k","headers":{"a":"b"}}"#, gives: 201)
        await walk.ask(.sendMessages, ["q"], #"{"body":"1","key":"k"}"#, gives: 200)
        await walk.ask(
            .sendMessages, ["q"], "{\"body\":\"2\"}\nx\n{\"body_base64\":\"/w==\"}", headers: lines, gives: 200)
        var receipts: [String] = []
        for accept in [[], [("Accept", "application/x-ndjson")]] {
            let reply = await walk.ask(.receiveMessages, ["q"], #"{"max":1}"#, headers: accept, gives: 200)
            receipts += (reply.json?["messages"]?.array ?? reply.lines).compactMap { $0["receipt"]?.string }
        }
        try #require(receipts.count == 2)
        for operation in [NativeOperation.extendMessages, .releaseMessages, .acknowledgeMessages] {
            await walk.ask(operation, ["q"], #"{"receipts":["\#(receipts[0])","x"]}"#, gives: 200)
            await walk.ask(operation, ["q"], "{\"receipt\":\"\(receipts[1])\"}\n{}", headers: lines, gives: 200)
        }
        await walk.ask(.streamMessages, ["q"], "{\"body\":\"3\"}\nx\n{\"body\":\"4\"}", headers: lines, gives: 200)
        let streamed = await walk.ask(.streamDeliveries, ["q"], #"{"max":2,"wait_millis":0}"#, gives: 200)
        let streamedReceipts = streamed.lines.compactMap { $0["receipt"]?.string }
        #expect(streamedReceipts.count == 2)
        for operation in [NativeOperation.streamExtensions, .streamReleases, .streamAcknowledgements] {
            await walk.ask(
                operation, ["q"], streamedReceipts.map { "{\"receipt\":\"\($0)\"}\n" }.joined() + "{}", headers: lines,
                gives: 200)
        }
        let isTraced = try await eventually(moving: api.time) {
            let reply = await walk.ask(.traceMessage, [sent.json?["id"]?.string ?? ""], gives: 200)
            return reply.json?["events"]?.array?.isEmpty == false
        }
        #expect(isTraced)
        await walk.ask(.getQueueFigures, ["q"], gives: 200)
        await walk.ask(.pauseQueue, ["q"], gives: 200)
        await walk.ask(.resumeQueue, ["q"], gives: 200)
        await walk.ask(.rewindQueue, ["q"], #"{"to_millis":\#(api.time.now.milliseconds - 1_000)}"#, gives: 204)
        await walk.ask(.purgeQueue, ["q"], gives: 200)
        await walk.ask(.putTopic, ["t"], #"{"traced":true}"#, gives: 201)
        await walk.ask(.putTopic, ["t"], gives: 200)
        await walk.ask(.patchTopic, ["t"], #"{"body_bytes_max":2000}"#, gives: 200)
        await walk.ask(.getTopic, ["t"], gives: 200)
        await walk.ask(.listTopics, gives: 200)
        await walk.ask(.putSubscription, ["t", "s"], #"{"queue":"q"}"#, gives: 201)
        await walk.ask(.putSubscription, ["t", "s"], #"{"queue":"q","filter_tags":["a"]}"#, gives: 200)
        await walk.ask(.getSubscription, ["t", "s"], gives: 200)
        await walk.ask(.listSubscriptions, ["t"], gives: 200)
        await walk.ask(.publishMessages, ["t"], #"{"body":"1","tags":["a"],"key":"k"}"#, gives: 201)
        await walk.ask(.publishMessages, ["t"], #"{"body":"1","tags":["a"],"key":"k"}"#, gives: 200)
        await walk.ask(.publishMessages, ["t"], "{\"body\":\"1\",\"tags\":[\"b\"]}", headers: lines, gives: 200)
        await walk.ask(.streamPublications, ["t"], "{\"body\":\"1\",\"tags\":[\"a\"]}\n{}", headers: lines, gives: 200)
        await walk.ask(.putQueue, ["gone"], gives: 201)
        await walk.ask(.deleteQueue, ["gone"], gives: 204)
        await walk.ask(.putTopic, ["gone"], gives: 201)
        await walk.ask(.deleteTopic, ["gone"], gives: 204)
        await walk.ask(.putSubscription, ["t", "gone"], #"{"queue":"q"}"#, gives: 409)
        await walk.ask(.putQueue, ["r"], gives: 201)
        await walk.ask(.putSubscription, ["t", "gone"], #"{"queue":"r"}"#, gives: 201)
        await walk.ask(.deleteSubscription, ["t", "gone"], gives: 204)
    }

    /// A body that is good for the operation.
    private static func goodBody(_ operation: NativeOperation) -> String {
        switch operation {
        case .sendMessages, .publishMessages: #"{"body":"1"}"#
        case .acknowledgeMessages, .releaseMessages, .extendMessages: #"{"receipts":["x"]}"#
        case .rewindQueue: #"{"to_millis":1}"#
        case .putSubscription: #"{"queue":"q"}"#
        default: ""
        }
    }

    private static func refusals(_ walk: DocumentWalk, _ api: NativeHarness) async {
        for operation in NativeOperation.allCases where operation != .getOpenAPI {
            let body = goodBody(operation)
            let names = operation == .traceMessage ? ["1"] : ["q", "s"]
            await walk.ask(operation, names, body, isAnonymous: true, gives: 401)
            await walk.ask(operation, names, body, as: api.powerless, gives: 403)
            switch operation {
            case .listQueues, .listTopics: await walk.ask(operation, query: "?limit=0", gives: 400)
            case .traceMessage: await walk.ask(operation, ["x"], gives: 400)
            default: await walk.ask(operation, ["1st", "s"], body, gives: 400)
            }
            switch operation {
            case .listQueues, .listTopics, .traceMessage, .putTopic: break
            case .putQueue:
                await walk.ask(
                    operation, ["new"], #"{"dead_letter":{"queue":"none","deliveries_max":1}}"#, gives: 404)
            default: await walk.ask(operation, ["none", "none"], body, gives: 404)
            }
            if !operation.entry.bodies.isEmpty {
                await walk.ask(
                    operation, ["q", "s"], body.isEmpty ? "{}" : body, headers: [("Content-Type", "text/plain")],
                    gives: 415)
            }
        }
        await walk.ask(.deleteSubscription, ["t", "none"], gives: 404)
        let tooMany = Array(repeating: "{}", count: NativeLimits.lineCountMax + 1).joined(separator: "\n")
        for operation in [NativeOperation.acknowledgeMessages, .releaseMessages, .extendMessages] {
            await walk.ask(operation, ["q"], tooMany, headers: lines, gives: 413)
        }
        await walk.ask(.publishMessages, ["t"], tooMany, headers: lines, gives: 413)
        await walk.ask(.putQueue, ["small"], #"{"body_bytes_max":1,"messages_max":1}"#, gives: 201)
        await walk.ask(.sendMessages, ["small"], #"{"body":"12"}"#, gives: 413)
    }

    private static func conflicts(_ walk: DocumentWalk, _ api: NativeHarness) async {
        await walk.ask(.sendMessages, ["small"], #"{"body":"1"}"#, gives: 201)
        await walk.ask(.sendMessages, ["small"], #"{"body":"1"}"#, gives: 409)
        await walk.ask(.rewindQueue, ["small"], #"{"to_millis":1}"#, gives: 409)
        await walk.ask(.publishMessages, ["t"], #"{"body":"1","tags":["nobody"]}"#, gives: 409)
        await walk.ask(.putTopic, ["t"], #"{"routing":"routing_key"}"#, gives: 409)
        await walk.ask(.patchTopic, ["t"], #"{"routing":"routing_key"}"#, gives: 409)
        await walk.ask(.deleteTopic, ["t"], gives: 409)
        await walk.ask(.putSubscription, ["t", "s"], #"{"queue":"small"}"#, gives: 409)
        await walk.ask(.patchQueue, ["r"], #"{"dead_letter":{"queue":"small","deliveries_max":1}}"#, gives: 200)
        await walk.ask(.deleteQueue, ["small"], gives: 409)
    }

    @Test("what the engine refuses has a code and a status; the machine's own words stay here")
    func engineFaults() {
        let errors: [(BrokerError, NativeErrorCode)] = [
            (.closed, .closed), (.overloaded("x"), .overloaded), (.storeFull("x"), .storeFull),
            (.outcomeUnknown("x"), .outcomeUnknown), (.tooManyUnacknowledged(queue: "q"), .overloaded),
            (.tooManyEntities("queues"), .tooManyEntities), (.receiptInvalid, .receiptInvalid),
            (.corrupted("row 7"), .internal), (.system(operation: "pwrite /srv/x", code: 5), .internal),
        ]
        for (error, code) in errors {
            let fault = NativeFault(error)
            #expect(fault.code == code)
            if code == .internal { #expect(!fault.message.contains("row 7") && !fault.message.contains("/srv")) }
        }
        for code in NativeErrorCode.allCases { #expect(400...599 ~= code.status) }
        #expect(NativeFault.overloaded.answer.headers.map(\.0) == ["Retry-After"])
    }
}
