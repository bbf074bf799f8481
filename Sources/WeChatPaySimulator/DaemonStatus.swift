internal import BoundedJSON
internal import PaymentNotice

/// The part of the daemon's status the demo shows and waits for.
struct DaemonStatus: Sendable, Equatable {
    /// Orders stored so far.
    var stored: Int
    /// Orders that wait for their merchants: due, under way, or for their next attempt.
    var waiting: Int
    /// Orders of merchants nobody registered.
    var held: Int
    /// Messages the topic's other consumers have not settled yet, by the name of their queue; a queue that does not
    /// exist is missing.
    var consumers: [String: Int]
    /// Grants of promotions ever put into their queue.
    var grants: Int

    /// Queues of the consumers whose results the demo compares.
    static let consumerQueues = ["campaigns", "promotions", "risk"]
    /// The queue of grants, which nobody works off in a demo.
    static let grantsQueue = "promotion-grants"

    /// What is not drained, by queue; a missing queue counts as one message.
    var undrained: [String: Int] {
        Self.consumerQueues.reduce(into: [:]) { left, name in
            let count = consumers[name] ?? 1
            if count > 0 { left[name] = count }
        }
    }

    /// Reads an answer of `/admin/v1/status`; nil when it is not understandable.
    init?(_ body: [UInt8]) {
        guard let queues = (try? JSONValue.parse(body))?["queues"]?.array else { return nil }
        var orders = Queue()
        var holds = Queue()
        var granted = Queue()
        var consumers: [String: Int] = [:]
        for queue in queues {
            guard let name = queue["name"]?.string else { return nil }
            if name == RoadNames.merchantOrdersQueue { orders.add(queue) }
            if Self.consumerQueues.contains(name) {
                var consumer = Queue()
                consumer.add(queue)
                consumers[name] = consumer.present
            }
            if name == Self.grantsQueue { granted.add(queue) }
            if name.hasPrefix(RoadNames.heldOrdersQueuePrefix) { holds.add(queue) }
        }
        // An order that was held and came back entered the merchants' queue twice.
        stored = orders.enqueued - (holds.enqueued - holds.present)
        waiting = orders.present
        held = holds.present
        self.consumers = consumers
        grants = granted.enqueued
    }

    private struct Queue {
        var present = 0
        var enqueued = 0

        mutating func add(_ queue: JSONValue) {
            func count(_ name: String) -> Int { Int(queue[name]?.int64 ?? 0) }
            present += count("waiting") + count("leased") + count("delayed")
            enqueued += count("enqueued_total")
        }
    }
}

/// One order as the daemon's store has it.
struct StoredOrder: Sendable, Equatable {
    let merchantID: String
    let outTradeNo: String
    let amount: Int64
    let payerAmount: Int64
    let state: State
    /// How the last attempt ended; empty before the first.
    let lastOutcome: String
    /// When the next attempt is due, as text; nil when none is planned.
    let nextDue: String?

    /// What became of it.
    enum State: String, Sendable, CaseIterable {
        case waiting, held, acknowledged, dead
    }

    /// Reads an answer of `/admin/v1/orders/{id}`; nil when it is not understandable.
    init?(_ body: [UInt8]) {
        guard let order = try? JSONValue.parse(body), let merchantID = order["merchant_id"]?.string,
            let outTradeNo = order["out_trade_no"]?.string, let amount = order["amount"]?.int64,
            let payerAmount = order["payer_amount"]?.int64,
            let state = order["state"]?.string.flatMap(State.init(rawValue:))
        else { return nil }
        self.merchantID = merchantID
        self.outTradeNo = outTradeNo
        self.amount = amount
        self.payerAmount = payerAmount
        self.state = state
        lastOutcome = order["last_outcome"]?.string ?? ""
        nextDue = order["next_due"]?.string
    }

    /// Whether it tells what was paid.
    func agrees(with payment: Payment) -> Bool {
        merchantID == payment.merchantID && outTradeNo == payment.outTradeNo && amount == payment.amount
            && payerAmount == payment.payerAmount
    }
}
