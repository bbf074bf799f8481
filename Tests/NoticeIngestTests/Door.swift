import AccessControl
import Foundation
import HTTPDataPlane
import Logging
import NIOCore
import NoticeIngest
import NoticeRating
import PaymentEntry
import PaymentNotice
import QueueStore
import Synchronization
import Tillwire

/// A notice door over a store of its own, on a clock that stands.
struct Door: Sendable {
    let broker: EmbeddedBroker
    let ingest: NoticeIngest<Store>
    let clock: ManualClock
    let folder: URL

    static let seconds: UInt64 = 1_760_000_000

    /// Opens a door, lends it, closes it and removes its store.
    static func with(
        settings: NoticeIngestSettings = .init(), stores: any StoreDirectory = NoStores(), faults: Faults? = nil,
        rating: RatingLedger? = nil, _ body: (Door) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ingest-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = ManualClock(seconds: seconds)
        var options = StoreOptions(mapByteCount: Limits.mapByteCountMin, time: clock)
        if let faults { options.faultBeforeCommit = { faults.next() } }
        let broker = try await EmbeddedBroker.open(at: folder.path, options: options)
        let ingest = NoticeIngest(
            entry: try await PaymentEntry.open(broker: broker, stores: stores, time: clock),
            verifier: try VectorConfiguration.load().verifier(), v2: try VectorV2.verifier(), time: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings, rating: rating)
        do {
            try await body(Door(broker: broker, ingest: ingest, clock: clock, folder: folder))
            await broker.close()
        } catch {
            await broker.close()
            throw error
        }
    }

    /// Hands the notices over as one event-loop turn would, and waits for all answers.
    func answers(_ requests: [DataPlaneRequest]) async -> [DataPlaneResponse] {
        let sinks = requests.map { _ in AnswerBox() }
        ingest.handle(zip(requests, sinks).map { DataPlaneExchange(request: $0, sink: $1) })
        var answers: [DataPlaneResponse] = []
        for sink in sinks { answers.append(await sink.answer()) }
        return answers
    }

    func statuses(_ vectors: [Vector]) async -> [Int] {
        await answers(vectors.map { Self.request($0.fields, $0.body) }).map(\.status)
    }

    static func request(_ fields: [(String, String)], _ body: [UInt8], method: String = "POST") -> DataPlaneRequest {
        DataPlaneRequest(
            method: method, target: "/notify/wechat/v3", headers: HTTPFields(fields), body: ByteBuffer(bytes: body))
    }

    /// Bodies that wait in a queue.
    func bodies(in queue: EntityName) async throws -> [String] {
        try await broker.queue(queue).receive(max: 10).map { $0.body.text ?? "" }
    }
}

/// Collects the one answer of an exchange.
final class AnswerBox: ResponseSink {
    private struct State {
        var answer: DataPlaneResponse?
        var waiter: CheckedContinuation<DataPlaneResponse, Never>?
    }
    private let state = Mutex(State())

    func deliver(_ response: DataPlaneResponse) {
        let waiter = state.withLock { state in
            state.answer = response
            return state.waiter.take()
        }
        waiter?.resume(returning: response)
    }

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

/// Nobody told where terminals stand.
struct NoStores: StoreDirectory {
    func storeID(merchantID: String, deviceID: String) -> String { "" }
}

/// One terminal of one merchant stands in a known store.
struct OneStore: StoreDirectory {
    let merchantID: String
    let deviceID: String
    let storeID: String
    func storeID(merchantID: String, deviceID: String) -> String {
        merchantID == self.merchantID && deviceID == self.deviceID ? storeID : ""
    }
}

/// Makes the next commits fail.
final class Faults: Sendable {
    private let pending = Mutex<[InjectedFault]>([])
    func add(_ fault: InjectedFault) { pending.withLock { $0.append(fault) } }
    func next() -> InjectedFault? { pending.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
