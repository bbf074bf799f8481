import Engine
import MessageModel
import PaymentNotice
import QueueStore
import Tillwire
import TopicConsumer

/// A consumer whose state tells any order, loss or doubling: a row per order with its place, and a row with the count.
actor ChainConsumer: OrderConsumer {
    static let space = RowSpace.state(ConsumerID(rawValue: 9))

    nonisolated let broker: EmbeddedBroker
    nonisolated let queue: Queue<Store>
    nonisolated let intake = OrderIntake(merchants: SixteenMerchants())
    nonisolated let time: any TimeSource
    var turn = ChangeTurn(waitingCountMax: ConsumerLimits.waitingChangeCountMax)
    var isLoaded = false

    private var count: UInt64 = 0
    private var changed: [RowChange] = []
    private let rowsPerOrder: Int
    private(set) var reloadCount = 0
    private(set) var failures: [BrokerError] = []
    private(set) var commitCount = 0

    init(_ broker: EmbeddedBroker, _ queue: Queue<Store>, _ time: any TimeSource, rowsPerOrder: Int = 1) {
        self.broker = broker
        self.queue = queue
        self.time = time
        self.rowsPerOrder = rowsPerOrder
    }

    func reload() async throws(BrokerError) {
        reloadCount += 1
        changed = []
        let stored = try await broker.row(Self.space, key: "count")
        count = stored.flatMap { $0.text }.flatMap { UInt64($0) } ?? 0
    }

    func prepare(_ messages: [ConsumedMessage]) async throws(BrokerError) {}

    func take(_ message: ConsumedMessage) {
        guard case .order(let order) = message else { return }
        count += 1
        for part in 0..<rowsPerOrder {
            changed.append(
                RowChange(space: Self.space, key: Bytes("o\(count).\(part)"), value: Bytes(order.message.transactionID))
            )
        }
    }

    var changeCount: Int { changed.count + 1 }

    func takeChanges() -> ConsumerChanges {
        defer { changed = [] }
        guard !changed.isEmpty else { return ConsumerChanges() }
        return ConsumerChanges(
            rows: changed + [RowChange(space: Self.space, key: "count", value: Bytes("\(count)"))])
    }

    func changesCommitted() { commitCount += 1 }
    func failed(_ error: BrokerError) { failures.append(error) }

    struct Refused: Error {}

    /// An operator's change: writes a note, or refuses.
    func note(_ text: String?) async throws(ConsumerChangeError<Refused>) {
        try await change { (consumer) throws(Refused) in
            guard let text else { throw Refused() }
            consumer.changed.append(RowChange(space: Self.space, key: "note", value: Bytes(text)))
        }
    }

    /// The transactions in the order in which they were taken, by the rows.
    static func chain(_ broker: EmbeddedBroker) async throws -> [String] {
        var chain: [String] = []
        while let row = try await broker.row(space, key: Bytes("o\(chain.count + 1).0")) {
            chain.append(row.text ?? "")
        }
        return chain
    }
}
