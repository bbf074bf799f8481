import AccessControl
import BoundedJSON
import CMQProtocol
import Engine
import HTTPDataPlane
import Logging
import MessageModel
import NIOCore
import QueueStore
import Synchronization
import TestSupport
import Testing
import Tillwire

@testable import QueueAPI

/// Hands an answer to whoever waits for it.
final class NativeAnswerBox: ResponseSink {
    let answers: AsyncStream<DataPlaneResponse>
    private let continuation: AsyncStream<DataPlaneResponse>.Continuation
    /// What whoever asked is told about its answer.
    private let isWritten: Bool

    init(isWritten: Bool = true) {
        (answers, continuation) = AsyncStream.makeStream()
        self.isWritten = isWritten
    }

    func deliver(_ response: DataPlaneResponse) {
        continuation.yield(response)
        continuation.finish()
    }

    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        deliver(response)
        whenWritten(isWritten)
    }

    func beginStream(_ head: DataPlaneResponse) -> (any AnswerStreamSink)? {
        NativeStreamBox(head) { self.deliver($0) }
    }
}

/// An answer, read.
struct NativeReply: Sendable {
    let status: Int
    let media: String?
    let headers: HTTPFields
    let text: String

    init(_ response: DataPlaneResponse?) {
        status = response?.status ?? 0
        media = response?.headers["content-type"]
        headers = response?.headers ?? [:]
        text = response.map { String(buffer: $0.body) } ?? ""
    }

    var json: JSONValue? {
        try? JSONValue.parse(Array(text.utf8), limits: JSONLimits(byteCountMax: 64 << 20, nodeCountMax: 1 << 22))
    }
    var lines: [JSONValue] { text.split(separator: "\n").compactMap { try? JSONValue.parse(Array($0.utf8)) } }
    /// `error.code` of the answer.
    var code: String? { json?["error"]?["code"]?.string }
}

/// The native API over a store of its own, and keys to ask with.
final class NativeHarness: Sendable {
    static let patterns = [NamePattern("*")].compactMap(\.self)

    let broker: EmbeddedBroker
    let time: ManualTimeSource
    let api: NativeAPI<Store>
    let admin: APIKeyRecord
    let powerless = APIKeyRecord.make(owner: "powerless", allowsHMACSHA1: false, grants: [])
    let book: APIKeyBook

    init(
        _ broker: EmbeddedBroker, _ time: ManualTimeSource, more: [APIKeyRecord] = [], money: MoneyRules = MoneyRules(),
        adjust: (inout NativeAPISettings) -> Void = { _ in }
    ) throws {
        self.broker = broker
        self.time = time
        admin = .make(
            owner: "admin", allowsHMACSHA1: false,
            grants: [try APIGrant(.role(.admin), queues: Self.patterns, topics: Self.patterns)])
        book = APIKeyBook([admin, powerless] + more)
        var rules = QueueOperationSettings { _ in nil }
        rules.moneyRules = money
        var settings = NativeAPISettings()
        adjust(&settings)
        api = NativeAPI(
            operations: QueueOperations(broker: broker, settings: rules), keys: book,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), settings: settings)
    }

    /// Runs `body` over a temporary store, which is audited at the end.
    static func run(
        money: MoneyRules = MoneyRules(), _ body: @escaping @Sendable (NativeHarness) async throws -> Void
    ) async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            try await body(try NativeHarness(broker, store.time, money: money))
        }
        #expect(run.problems == [])
    }

    static func bearer(_ record: APIKeyRecord) -> (String, String) {
        ("Authorization", "Bearer \(record.id).\(record.secret)")
    }

    /// Asks with the admin's key unless another field is given.
    func ask(
        _ method: String, _ target: String, _ body: String = "", headers: [(String, String)] = [],
        as record: APIKeyRecord? = nil, isAnonymous: Bool = false
    ) async -> NativeReply {
        let fields = (isAnonymous ? [] : [Self.bearer(record ?? admin)]) + headers
        return await ask(
            DataPlaneRequest(
                method: method, target: target, headers: HTTPFields(fields), body: ByteBuffer(string: body)))
    }

    func ask(_ request: DataPlaneRequest) async -> NativeReply {
        let box = NativeAnswerBox()
        api.handle([DataPlaneExchange(request: request, sink: box)])
        return await Self.reply(box)
    }

    static func reply(_ box: NativeAnswerBox) async -> NativeReply {
        for await response in box.answers { return NativeReply(response) }
        return NativeReply(nil)
    }

    /// Sends lines of NDJSON.
    func askLines(_ target: String, _ lines: [String], headers: [(String, String)] = []) async -> NativeReply {
        await ask(
            "POST", target, lines.joined(separator: "\n") + "\n",
            headers: [("Content-Type", "application/x-ndjson")] + headers)
    }

    /// Receives up to `count` messages without waiting.
    func receive(_ queue: String, _ count: Int = 256, _ more: String = "") async -> [JSONValue] {
        await ask("POST", "/v1/queues/\(queue)/receive", #"{"max":\#(count),"wait_millis":0\#(more)}"#).json?[
            "messages"]?
            .array ?? []
    }

    /// One figure of a queue.
    func figure(_ name: String, of queue: String = "q") async -> Int64? {
        await ask("GET", "/v1/queues/\(queue)/figures").json?[name]?.int64
    }
}

/// Expects that a condition comes to hold.
func expectEventually(
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let holds = try await eventually(condition)
    #expect(holds, sourceLocation: sourceLocation)
}
