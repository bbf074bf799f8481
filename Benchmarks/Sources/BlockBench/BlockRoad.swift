internal import AccessControl
internal import HTTPDataPlane
internal import Logging
internal import Merchants
internal import MessageModel
internal import NIOCore
internal import PaymentGate
internal import PaymentNotice
internal import RiskControl
internal import RiskRules
internal import RiskWindows
internal import Synchronization
internal import Tillwire
internal import TopicConsumer

/// Store, risk control, restriction book and gate in one process.
struct BlockRoad: Sendable {
    private struct Everybody: KnownMerchants {
        func isKnown(merchantID: String) -> Bool { true }
    }

    private final class Keeper: ResponseSink {
        let status = Atomic<Int>(0)
        func deliver(_ response: DataPlaneResponse) { status.store(response.status, ordering: .relaxed) }
    }

    /// A trial that takes so long is a failure of the road, not a slow one.
    private static let trialSecondsMax: Int64 = 30

    private let broker: EmbeddedBroker
    private let control: RiskControl<Store>
    private let topic: Topic<Store>
    private let scratch: Queue<Store>
    private let gate: Gatekeeper
    private let token = AccessTokens.makeToken()
    private let time = SystemTimeSource()

    init(path: String, merchantCount: Int) async throws {
        broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 34, time: time))
        let directory = MerchantDirectory()
        for number in 0..<merchantCount { directory.replace(Merchant(merchantID: Self.merchantID(number))) }
        let table = RestrictionTable()
        let book = RestrictionBook(broker: broker, table: table, time: time)
        try await book.load()
        let rules = RuleSet(
            name: "bench", rules: [Rule(name: "cap", window: .minute, test: .cap(amountMaxFen: 1_000_000))])
        control = try await RiskControl.open(
            broker: broker, merchants: Everybody(), book: book, callback: nil,
            rules: { () throws(RuleFileError) in rules }, time: time,
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }))
        topic = try broker.topic(EntityName(RoadNames.orderPaymentsTopic))
        scratch = try await broker.createQueue("scratch")
        gate = Gatekeeper(
            merchants: directory, restrictions: table,
            tokens: try AccessTokens([.init(role: .gate, token: token)]), time: time)
    }

    func run() async { try? await control.run() }

    func close() async { await broker.close() }

    /// Milliseconds of one durable send.
    func commitMillis() async throws -> Double {
        let start = ContinuousClock.now
        try await scratch.send("commit")
        return Self.millis(since: start)
    }

    /// Milliseconds from the publish of the order that is too much to the first refusal of its merchant.
    func trialMillis(_ trial: Int) async throws -> Double {
        let merchantID = Self.merchantID(trial)
        let order = order("t\(trial)", merchantID, amountFen: 1_000_001)
        let start = ContinuousClock.now
        async let published = topic.publish(order)
        while !isRefused(merchantID) {
            guard start.duration(to: .now) < .seconds(Self.trialSecondsMax) else {
                throw OptionError("trial \(trial): not refused")
            }
            await Task.yield()
        }
        let millis = Self.millis(since: start)
        _ = try await published
        return millis
    }

    /// Publishes ordinary orders of other merchants at this rate, in steps of 10 ms, until cancelled.
    func load(ordersPerSecond rate: Int) async {
        guard rate > 0 else { return }
        let step = max(rate / 100, 1)
        var number = 0
        var due = ContinuousClock.now
        while !Task.isCancelled {
            let batch = (0..<step).map { offset in
                OutgoingMessage(
                    body: order("l\(number + offset)", "17000\((number + offset) % 500)", amountFen: 100))
            }
            number += step
            _ = try? await topic.publish(batch)
            due = max(due + .milliseconds(10), .now - .milliseconds(100))
            try? await Task.sleep(until: due)
        }
    }

    private func isRefused(_ merchantID: String) -> Bool {
        let keeper = Keeper()
        let request = DataPlaneRequest(
            method: "POST", target: PaymentGatePath.paymentRequests, headers: ["Authorization": "Bearer \(token)"],
            body: ByteBuffer(string: #"{"merchant_id":"\#(merchantID)","out_trade_no":"T1","amount":100}"#))
        gate.handle([DataPlaneExchange(request: request, sink: keeper)])
        return keeper.status.load(ordering: .relaxed) == 403
    }

    private func order(_ transaction: String, _ merchantID: String, amountFen: Int64) -> Bytes {
        let paidAt = RFC3339.utcText(millis: Int64(time.now.milliseconds))
        return Bytes(
            #"{"type":"order.paid","timestamp":"\#(paidAt)","data":{"transaction_id":"\#(transaction)","out_trade_no":"o1","#
                + #""merchant_id":"\#(merchantID)","store_id":"","device_id":"","payer":"p1","amount":\#(amountFen),"#
                + #""payer_amount":\#(amountFen),"discount":0,"currency":"CNY","trade_type":"JSAPI","bank_type":"","#
                + #""attach":"","paid_at":"\#(paidAt)","source":"notice"}}"#)
    }

    private static func merchantID(_ number: Int) -> String { "1\(630_000_000 + number)" }

    private static func millis(since start: ContinuousClock.Instant) -> Double {
        start.duration(to: .now) / .milliseconds(1)
    }
}
