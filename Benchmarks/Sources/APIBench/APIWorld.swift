internal import AccessControl
internal import BenchmarkSupport
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import QueueAPI
internal import Tillwire

/// Store, queue API and listener in this process.
final class APIWorld: Sendable {
    /// Messages of one queue do not wait for those of another run.
    private static let queueName: EntityName = "orders"

    let key: APIKeyRecord
    let corpus = OrderCorpus(count: 4_096, seed: 20_251_124)
    private let broker: EmbeddedBroker
    private let loops = DataPlaneLoops()
    private let server: DataPlaneServer
    private let bareServer: DataPlaneServer
    private let port: Int
    private let barePort: Int

    init(path: String) async throws {
        let everything = [NamePattern("*")].compactMap(\.self)
        key = APIKeyRecord.make(
            owner: "bench", allowsHMACSHA1: true,
            grants: [try APIGrant(.role(.admin), queues: everything, topics: everything)])
        broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 36))
        _ = try await broker.createQueue(Self.queueName)
        let handler = BenchDoor(broker, APIKeyBook([key]))
        var limits = HTTPLimits()
        limits.bodyByteCountMax = 4_194_304
        server = DataPlaneServer(settings: DataPlaneServerSettings(limits: limits), loops: loops, handler: handler)
        bareServer = DataPlaneServer(
            settings: DataPlaneServerSettings(limits: limits), loops: loops, handler: BareHandler())
        port = try await server.start().port
        barePort = try await bareServer.start().port
    }

    func close() async {
        await server.stop(graceSeconds: 1)
        await bareServer.stop(graceSeconds: 1)
        await loops.shutdown()
        await broker.close()
    }

    /// One run of a work on an empty queue; a drain's queue is filled first.
    func run(_ work: APIWork, pass: Int, _ options: APIOptions) async throws -> LoadRun.Result {
        let queue = try broker.queue(Self.queueName)
        try await queue.purge()
        let requests = SignedRequests(key: key, host: "127.0.0.1:\(port)", corpus: corpus)
        let run = pass * APIWork.allCases.count + (APIWork.allCases.firstIndex(of: work) ?? 0)
        switch work {
        case .store:
            return try await StoreAlone.run(queue, corpus, options)
        case .receiveDelete:
            try await fill(queue, Int(options.seconds * 60_000))
            let scripts = (0..<options.connectionCount).map { ReceiveDeleteScript(requests, run: run, connection: $0) }
            return try await LoadRun.run(port: port, seconds: options.seconds, scripts: scripts)
        default:
            let count =
                Int(options.seconds * 60_000) / options.connectionCount / Int(max(work.messagesPerRequest / 4, 1))
            let scripts = (0..<options.connectionCount).map {
                requests.script(work, run: run, connection: $0, count: count)
            }
            return try await LoadRun.run(
                port: work == .bareDataPlane ? barePort : port, seconds: options.seconds, scripts: scripts)
        }
    }

    private func fill(_ queue: Queue<Store>, _ count: Int) async throws {
        var filled = 0
        while filled < count {
            let messages = (0..<Limits.batchCountMax).map {
                OutgoingMessage(body: Bytes(corpus.bodies[(filled + $0) % corpus.bodies.count]))
            }
            for case .refused(let reason) in try await queue.send(messages) { throw reason }
            filled += messages.count
        }
    }
}

/// The daemon's own arrangement: the native API under `/v1`, CMQ's calls elsewhere.
private struct BenchDoor: DataPlaneHandler {
    let cmq: QueueAPI<Store>
    let native: NativeAPI<Store>

    init(_ broker: EmbeddedBroker, _ keys: APIKeyBook) {
        let operations = QueueOperations(broker: broker, settings: QueueOperationSettings { _ in nil })
        let silent = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
        cmq = QueueAPI(
            operations: operations, keys: keys, time: SystemTimeSource(), logger: silent)
        var settings = NativeAPISettings()
        settings.allowsUnsigned = true
        native = NativeAPI(operations: operations, keys: keys, logger: silent, settings: settings)
    }

    func handle(_ batch: [DataPlaneExchange]) {
        let forNative = batch.filter { NativeAPI<Store>.serves(path: $0.request.path) }
        if !forNative.isEmpty { native.handle(forNative) }
        if forNative.count < batch.count {
            cmq.handle(batch.filter { !NativeAPI<Store>.serves(path: $0.request.path) })
        }
    }
}

/// Answers everything at once.
private struct BareHandler: DataPlaneHandler {
    private let answer = DataPlaneResponse.json(status: 200, #"{"id":"12345678901234567890","duplicate":false}"#)

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(answer) }
    }
}
