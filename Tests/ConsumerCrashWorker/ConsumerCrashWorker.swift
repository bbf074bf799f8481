import CampaignManagement
import CampaignRules
import Engine
import Glibc
import Logging
import Merchants
import MessageModel
import PaymentNotice
import PromotionCampaign
import QueueStore
import RiskControl
import RiskRules
import Tillwire
import TopicConsumer

/// Plays an order log into a store and runs the three consumers of the topic on it until all is consumed, or until it is killed. Test program: the
/// crash tests start it again and again and send SIGKILL at random moments.
///
/// Arguments: folder, messages. What was published is remembered in the store with each batch, so a start goes on where the last one was killed.
/// Says `ready` once it runs, `published N` after each batch and `done` at the end, on standard output.
@main
enum ConsumerCrashWorker {
    /// The rules, strict enough for decisions of every kind in the log.
    static let rules = """
        {"rule_set":"crash","block_minutes":2}
        {"rule":"cap-1h","kind":"cap","window":"1h","amount_max":900000000}
        {"rule":"soar-1m","kind":"soar","window":"1m","factor":6,"orders_min":5,"payers_min":5}
        {"rule":"look-10m","kind":"cap","window":"10m","amount_max":15000000,"action":"alert"}
        """

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            print("usage: consumer-crash-worker FOLDER MESSAGES")
            exit(2)
        }
        // Event times lie in the log's past: a clock that stands behind its end makes nothing late by the wall.
        let broker = try await EmbeddedBroker.open(
            at: arguments[1], options: StoreOptions(mapByteCount: 1 << 32, time: SystemTimeSource()))
        let world = try await World(broker)
        try await world.define()
        say("ready")
        let running = Task { await world.run() }
        try await publish(OrderLog(count: count), world)
        try await world.finished()
        running.cancel()
        await running.value
        await broker.close()
        say("done")
    }

    /// Publishes what is missing; the place in the log commits with the batch.
    private static func publish(_ log: OrderLog, _ world: World) async throws {
        let broker = world.broker
        let topic = try broker.topic(EntityName(RoadNames.orderPaymentsTopic))
        let space = RowSpace.state(ConsumerID(rawValue: 99))
        var next = Int(try await broker.row(space, key: "next")?.text ?? "0") ?? 0
        while next < log.count {
            let end = min(next + 64, log.count)
            let messages = (next..<end).map { OutgoingMessage(body: log.message($0)) }
            try await broker.commit(
                Transaction(
                    sends: [SendBatch(source: .topic(topic.id), messages: messages)],
                    rows: [RowChange(space: space, key: "next", value: Bytes("\(end)"))]))
            next = end
            say("published \(end)")
            try await world.waitForConsumers()
        }
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

/// The three consumers over one store.
struct World: Sendable {
    private struct Everybody: KnownMerchants {
        func isKnown(merchantID: String) -> Bool { true }
    }

    let broker: EmbeddedBroker
    let risk: RiskControl<Store>
    let campaigns: CampaignManagement<Store>
    let promotions: PromotionCampaign<Store>

    init(_ broker: EmbeddedBroker) async throws {
        self.broker = broker
        let time = SystemTimeSource()
        let logger = Logger(label: "worker", factory: { _ in SwiftLogNoOpLogHandler() })
        let book = RestrictionBook(broker: broker, table: RestrictionTable(), time: time)
        try await book.load()
        risk = try await RiskControl.open(
            broker: broker, merchants: Everybody(), book: book, callback: nil,
            rules: { () throws(RuleFileError) in try RuleSet.parse(Array(ConsumerCrashWorker.rules.utf8)) }, time: time,
            logger: logger)
        campaigns = try await CampaignManagement.open(
            broker: broker, merchants: Everybody(), time: time, logger: logger)
        promotions = try await PromotionCampaign.open(
            broker: broker, merchants: Everybody(), time: time, logger: logger)
    }

    /// Two campaigns and two promotions: one that runs out, one of which a payer gets one grant.
    func define() async throws {
        let start = OrderLog.startMillis
        let all = try OrderCriteria(
            startsAtMillis: start, endsAtMillis: start + 86_400_000, merchants: .all, amountMinFen: 1_000)
        let some = try OrderCriteria(
            startsAtMillis: start + 60_000, endsAtMillis: start + 1_200_000,
            merchants: try MerchantSelection(merchantIDs: ["1630000012", "1630000013"]))
        _ = try await campaigns.put(try Campaign(id: "all", name: "all", criteria: all))
        _ = try await campaigns.put(try Campaign(id: "some", name: "some", criteria: some))
        _ = try await promotions.put(
            try Promotion(
                id: "budget", name: "runs out", criteria: all, reward: .percent(basisPoints: 500, amountMaxFen: 300),
                budgetFen: 400_000))
        _ = try await promotions.put(
            try Promotion(
                id: "once", name: "one a payer", criteria: some, reward: .fixed(amountFen: 100), budgetFen: 10_000_000,
                grantsPerPayerMax: 1))
    }

    func run() async {
        await withTaskGroup { group in
            group.addTask { try? await risk.run() }
            group.addTask { try? await campaigns.run() }
            group.addTask { try? await promotions.run() }
        }
    }

    /// Returns when no consumer is far behind, so that a kill meets all of them at work.
    func waitForConsumers() async throws {
        for queue in [risk.queue, campaigns.queue, promotions.queue] {
            while try await queue.figures().waiting > 600 { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    /// Returns when the three queues and the outbox are empty.
    func finished() async throws {
        for queue in [risk.queue, campaigns.queue, promotions.queue] {
            while try await queue.figures().waiting > 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        let outbox = RowRead(space: .state(ConsumerID(rawValue: 3)), prefix: Bytes([7]), countMax: 1)
        while try await !broker.rows(outbox).isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    }
}
