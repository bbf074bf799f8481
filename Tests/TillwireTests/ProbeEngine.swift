import Engine
import MessageModel
import QueueStore
import TestSupport
import Tillwire

/// A store that tells what the library asks of it, and fails or waits where a test says so.
final class ProbeEngine: Engine {
    typealias Receipt = ReceiptHandle

    /// What was asked.
    struct Log: Sendable {
        /// Receives that began.
        var receives: [ReceiveRequest] = []
        /// Settle calls that ended.
        var settles: [[Settlement<ReceiptHandle>]] = []
        /// Settle calls that a test failed.
        var failedSettles = 0

        /// Calls that hold an action of this kind.
        func calls(_ isWanted: (Settlement<ReceiptHandle>.Action) -> Bool) -> Int {
            settles.count { $0.contains { isWanted($0.action) } }
        }

        var extensions: Int { calls { if case .extend = $0 { true } else { false } } }
        var acknowledgements: Int { calls { $0 == .acknowledge } }
    }

    let store: Store
    let log = Watch(Log())
    /// Taken one by one: the next settle calls with acknowledgements fail so.
    let settleFailures = Watch<[BrokerError]>([])
    /// Settle calls with acknowledgements pass where it is open.
    let settleGate = Watch(true)

    init(_ store: Store) { self.store = store }

    static let capabilities = Store.capabilities
    var time: any TimeSource { store.time }

    func receive(_ request: ReceiveRequest) async throws(BrokerError) -> [Delivery<ReceiptHandle>] {
        log.update { $0.receives.append(request) }
        return try await store.receive(request)
    }

    func settle(_ settlements: [Settlement<ReceiptHandle>]) async throws(BrokerError) -> [SettleOutcome] {
        if settlements.contains(where: { $0.action == .acknowledge }) {
            await settleGate.pass()
            if let failure = settleFailures.update({ $0.isEmpty ? nil : $0.removeFirst() }) {
                log.update { $0.failedSettles += 1 }
                throw failure
            }
        }
        let outcomes = try await store.settle(settlements)
        log.update { $0.settles.append(settlements) }
        return outcomes
    }

    func send(_ batch: SendBatch) async throws(BrokerError) -> [SendOutcome] { try await store.send(batch) }

    func commit(_ transactions: [Transaction<ReceiptHandle>]) async throws(BrokerError) -> [TransactionOutcome] {
        try await store.commit(transactions)
    }

    func rows(_ read: RowRead) async throws(BrokerError) -> [Row] { try await store.rows(read) }
    func apply(_ change: TopologyChange) async throws(BrokerError) -> Topology { try await store.apply(change) }
    func purge(_ queue: QueueID) async throws(BrokerError) -> UInt64 { try await store.purge(queue) }

    func rewind(_ queue: QueueID, to moment: Timestamp) async throws(BrokerError) {
        try await store.rewind(queue, to: moment)
    }

    func trace(_ message: MessageID) async throws(BrokerError) -> [TraceEvent] { try await store.trace(message) }
    func topology() -> Topology { store.topology() }
    func figures(of queue: QueueID) async throws(BrokerError) -> QueueFigures { try await store.figures(of: queue) }
    func figures() async throws(BrokerError) -> EngineFigures { try await store.figures() }
    func verify() async throws(BrokerError) -> VerifyReport { try await store.verify() }

    func messageID(source: SourceID, sequence: SequenceNumber) -> MessageID {
        store.messageID(source: source, sequence: sequence)
    }

    func shutdown() async { await store.shutdown() }
}

/// A broker over a probed store in a folder and on a clock of its own.
struct Bench: Sendable {
    let store: TemporaryStore
    let engine: ProbeEngine
    let broker: Broker<ProbeEngine>
    /// 10 s of visibility.
    let queue: Queue<ProbeEngine>

    var time: ManualTimeSource { store.time }

    /// Runs `body` with an empty queue `orders`, closes, audits.
    static func run(_ body: @Sendable (Bench) async throws -> Void) async throws -> [String] {
        let store = TemporaryStore()
        let engine = ProbeEngine(try Store.open(at: store.folder.path, options: store.options))
        let broker = Broker(engine: engine)
        let queue = try await broker.createQueue("orders", attributes: QueueAttributes(visibilityMillis: 10_000))
        let bench = Bench(store: store, engine: engine, broker: broker, queue: queue)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(bench)) } catch { outcome = .failure(error) }
        await broker.close()
        try outcome.get()
        return try Store.verify(folder: store.folder.path, options: store.options).problems
    }

    /// Sends messages with the bodies 0, 1, 2 and so on.
    func send(_ count: Int) async throws {
        for outcome in try await queue.send((0..<count).map { OutgoingMessage(body: Bytes("\($0)")) }) {
            guard case .stored = outcome else { throw BrokerError.closed }
        }
    }

    /// What others can have at this moment.
    func visible(max count: Int = 256) async throws -> [Message<ProbeEngine>] { try await queue.receive(max: count) }

    /// Moves the clock on by 6 of the 10 s and waits until leases were extended.
    func passMoreThanHalfOfALease() async {
        let before = engine.log.value.extensions
        time.advance(milliseconds: 6_000)
        await engine.log.wait { $0.extensions > before }
    }
}

extension Message { var text: String { body.text ?? "" } }
