internal import AccessControl
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import NoticeIngest
internal import PaymentEntry
internal import PaymentNotice
internal import Tillwire

/// Store, notice doors and listeners in this process, as the daemon has them; nothing takes the orders away again.
final class NoticeWorld: Sendable {
    private let broker: EmbeddedBroker
    private let entry: PaymentEntry<Store>
    private let ingest: NoticeIngest<Store>
    private let loops = DataPlaneLoops()
    private let server: DataPlaneServer
    private let bareServer: DataPlaneServer
    private let port: Int
    private let barePort: Int

    /// A new store in the folder `path`.
    init(path: String, _ corpus: NoticeCorpus, handOver: Int) async throws {
        let silent = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
        broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 34))
        entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: broker.time)
        var settings = NoticeIngestSettings()
        settings.handOverCountMax = handOver
        ingest = NoticeIngest(
            entry: entry, verifier: corpus.verifierV3, v2: corpus.verifierV2, time: broker.time, logger: silent,
            settings: settings)
        guard let doorV2 = ingest.doorV2 else { throw BenchFailure("there is no door for API v2") }
        server = DataPlaneServer(
            settings: DataPlaneServerSettings(), loops: loops, handler: Doors(v3: ingest, v2: doorV2))
        bareServer = DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: BareHandler())
        port = try await server.start().port
        barePort = try await bareServer.start().port
    }

    func close() async {
        await server.stop(graceSeconds: 1)
        await bareServer.stop(graceSeconds: 1)
        await loops.shutdown()
        await broker.close()
    }

    /// The requests answered at once.
    func bare(_ requests: [[UInt8]], _ options: NoticeOptions) async throws -> LoadResult {
        try await LoadGenerator.run(
            port: barePort, connectionCount: options.connectionCount, requests: requests, expecting: .v3)
    }

    /// The requests taken as notices: all stored, or all repeats of stored ones.
    func notices(
        _ requests: [[UInt8]], _ options: NoticeOptions, expecting expected: ExpectedAnswer, areRepeats: Bool = false
    ) async throws -> LoadResult {
        let before = (figures: try await broker.figures(), door: ingest.figures())
        var result = try await LoadGenerator.run(
            port: port, connectionCount: options.connectionCount, requests: requests, expecting: expected)
        let after = (figures: try await broker.figures(), door: ingest.figures())
        let counted =
            areRepeats ? after.door.repeats - before.door.repeats : after.door.accepted - before.door.accepted
        guard counted == UInt64(requests.count) else {
            throw BenchFailure("\(requests.count) notices were answered with success, \(counted) counted")
        }
        let commits = after.figures.commitCount - before.figures.commitCount
        result.noticesPerCommit = commits == 0 ? 0 : Double(requests.count) / Double(commits)
        return result
    }

    /// Waits until repeats have been counted in their rows, which happens behind their answers.
    func settle(repeatCount: Int, _ corpus: NoticeCorpus) async throws {
        guard let last = corpus.payments.last else { return }
        for _ in 0..<200 {
            let record = try await entry.order(transactionID: last.transactionID)
            if let record, record.repeatCount >= UInt32(repeatCount) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFailure("the last repeat was not counted in its row within 2 s")
    }
}

extension ExpectedAnswer {
    /// Success in API v3.
    static let v3 = ExpectedAnswer(status: 204)
    /// Success in API v2.
    static let v2 = ExpectedAnswer(status: 200, part: "<![CDATA[SUCCESS]]>")
}

/// The daemon's own arrangement: a path for each generation.
private struct Doors: DataPlaneHandler {
    let v3: NoticeIngest<Store>
    let v2: NoticeDoorV2<Store>

    func handle(_ batch: [DataPlaneExchange]) {
        let older = batch.filter { $0.request.path == NoticeCorpus.pathV2 }
        if !older.isEmpty { v2.handle(older) }
        guard older.count < batch.count else { return }
        v3.handle(older.isEmpty ? batch : batch.filter { $0.request.path != NoticeCorpus.pathV2 })
    }
}

/// Answers everything at once.
private struct BareHandler: DataPlaneHandler {
    private let answer = DataPlaneResponse(status: 204)

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(answer) }
    }
}

/// Nobody told where terminals stand.
struct NoStores: StoreDirectory {
    func storeID(merchantID: String, deviceID: String) -> String { "" }
}
