import AccessControl
import CMQProtocol
import Foundation
import HTTPDataPlane
import Logging
import MessageModel
import NIOCore
import QueueAPI
import QueueStore
import Synchronization
import TestSupport
import Testing

/// The CMQ door over a store of its own, on a clock that stands, with a key for everything.
struct Door: Sendable {
    let world: World
    let api: QueueAPI<Store>
    let keys: APIKeyBook
    let log: KeptLog

    static let admin = SignedClient(id: "AKIDadmin0001", secret: "secretofadmin0001")

    static func with(
        operations: (inout QueueOperationSettings) -> Void = { _ in },
        settings adjust: (inout QueueAPISettings) -> Void = { _ in }, keys more: [APIKeyRecord] = [],
        start: Timestamp = Timestamp(milliseconds: 1_760_000_000_000),
        _ body: @escaping @Sendable (Door) async throws -> Void
    ) async throws {
        var settings = QueueAPISettings()
        adjust(&settings)
        let fixed = settings
        let everything = try grant(.role(.admin))
        let records = [APIKeyRecord(id: admin.id, secret: admin.secret, grants: [everything])] + more
        try await World.with(operations, start: start) { world in
            let keys = APIKeyBook(records)
            let log = KeptLog()
            let api = QueueAPI(
                operations: world.operations, keys: keys, time: world.time, logger: log.logger, settings: fixed)
            try await body(Door(world: world, api: api, keys: keys, log: log))
        }
    }

    static func grant(
        _ actions: APIGrant.Actions, queues: [String] = ["*"], topics: [String] = ["*"]
    ) throws -> APIGrant {
        try APIGrant(
            actions, queues: queues.compactMap { NamePattern($0) }, topics: topics.compactMap { NamePattern($0) })
    }

    var seconds: UInt64 { world.time.now.milliseconds / 1_000 }

    /// Hands requests over as one event-loop turn would, and waits for the answers.
    func answers(_ requests: [DataPlaneRequest]) async throws -> [Answer] {
        let boxes = requests.map { _ in AnswerBox() }
        api.handle(zip(requests, boxes).map { DataPlaneExchange(request: $0, sink: $1) })
        var answers: [Answer] = []
        for box in boxes { answers.append(try Answer(await box.answer())) }
        return answers
    }

    func answer(_ request: DataPlaneRequest) async throws -> Answer { try await answers([request])[0] }

    /// Signs, asks, answers. Each call has a nonce of its own.
    @discardableResult
    func call(
        _ action: String, _ parameters: [(String, String)] = [], by client: SignedClient = admin,
        method: String = "POST"
    ) async throws -> Answer {
        try await answer(
            client.request(
                action, parameters, method: method, seconds: seconds, nonce: .random(in: 1...UInt64(Int64.max))))
    }
}

/// An answer, taken apart by Foundation.
struct Answer: @unchecked Sendable {
    let status: Int
    let contentType: String?
    /// Holds values of JSON only, and nobody changes it.
    let fields: [String: Any]

    init(_ response: DataPlaneResponse) throws {
        status = response.status
        contentType = response.headers["Content-Type"]
        let object = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
        fields = object as? [String: Any] ?? [:]
    }

    var code: Int { fields["code"] as? Int ?? -1 }
    var message: String { fields["message"] as? String ?? "" }
    func text(_ name: String) -> String { fields[name] as? String ?? "" }
    func number(_ name: String) -> Int { fields[name] as? Int ?? -1 }
    func list(_ name: String) -> [[String: Any]] { fields[name] as? [[String: Any]] ?? [] }
    /// What API 3.0 answers.
    var response: [String: Any] { fields["Response"] as? [String: Any] ?? [:] }
    var errorCode: String { (response["Error"] as? [String: Any])?["Code"] as? String ?? "" }
}

/// Takes the one answer of an exchange; its connection fails where a test says so.
final class AnswerBox: ResponseSink {
    private struct State {
        var answer: DataPlaneResponse?
        var waiter: CheckedContinuation<DataPlaneResponse, Never>?
    }

    private let state = Mutex(State())
    private let isWritten: Bool

    init(isWritten: Bool = true) { self.isWritten = isWritten }

    func deliver(_ response: DataPlaneResponse) {
        let waiter = state.withLock { state in
            state.answer = response
            return state.waiter.take()
        }
        waiter?.resume(returning: response)
    }

    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        whenWritten(isWritten)
        deliver(response)
    }

    var isAnswered: Bool { state.withLock { $0.answer != nil } }

    func answer() async -> DataPlaneResponse {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                if state.answer == nil { state.waiter = continuation }
                return state.answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

/// Log lines as text.
final class KeptLog: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: KeptLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
