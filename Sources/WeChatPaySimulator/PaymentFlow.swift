public import MessageModel
internal import Synchronization

/// What the shops of one world experienced.
public struct FlowFigures: Sendable, Equatable {
    /// Payment requests.
    public var payments = 0
    /// Refusals of the gate by code.
    public var refusals: [String: Int] = [:]
    /// Requests the gate never answered.
    public var silences = 0
    /// Payments accepted although a restriction was in force before the question and behind the answer.
    public var restrictedAccepted = 0
    /// Requests that are neither refused nor paid yet.
    public var underway = 0

    /// Refusals together.
    public var refusalCount: Int { refusals.values.reduce(0, +) }
}

/// The road of a payment in one world: the shop asks the gate, the platform gives its ACK, the shopper pays, the
/// notice goes out. Thread-safe; one call per payment.
public final class PaymentFlow: Sendable {
    private let gate: PaymentGateClient?
    private let log: GateLog?
    private let book: OrderBook
    private let sender: NoticeSender
    private let time: any TimeSource
    private let box = Mutex(FlowFigures())
    /// Merchant number of the restriction the operator confirmed and did not begin to lift.
    private let restricted = Mutex<String?>(nil)

    /// - Parameter gate: nil for a provider that has none.
    public convenience init(gate: PaymentGateClient?, book: OrderBook, sender: NoticeSender, time: any TimeSource) {
        self.init(gate: gate, log: nil, book: book, sender: sender, time: time)
    }

    /// - Parameter log: takes the gate's answers to one merchant.
    init(gate: PaymentGateClient?, log: GateLog?, book: OrderBook, sender: NoticeSender, time: any TimeSource) {
        self.gate = gate
        self.log = log
        self.book = book
        self.sender = sender
        self.time = time
    }

    /// What happened so far.
    public var figures: FlowFigures { box.withLock { $0 } }
    /// What the platform saw so far.
    public var notices: NoticeFigures { sender.figures }

    /// From the operator's confirmation until he begins to lift it, payments of this merchant must be refused.
    func expectRefusals(ofMerchant merchantID: String?) {
        restricted.withLock { $0 = merchantID }
    }

    /// Makes all payments of a schedule at their times; returns when every notice is confirmed or given up, or on
    /// cancellation.
    public func run(_ payments: [Payment], clock: WorldClock) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for payment in payments {
                try await clock.sleep(untilMillis: payment.atMillis)
                group.addTask { try await self.make(payment) }
            }
        }
    }

    /// Makes one payment.
    func make(_ payment: Payment) async throws {
        box.withLock { figures in
            figures.payments += 1
            figures.underway += 1
        }
        guard await isAccepted(payment) else { return }
        book.place(payment)
        try? await Task.sleep(for: .milliseconds(payment.shopperMillis))
        let paidAtMillis = Int64(time.now.milliseconds)
        book.pay(transactionID: payment.transactionID, atMillis: paidAtMillis)
        box.withLock { $0.underway -= 1 }
        try await sender.deliver(payment, paidAtMillis: paidAtMillis)
    }

    private func isAccepted(_ payment: Payment) async -> Bool {
        guard let gate, payment.asksGate else { return true }
        let wasRestricted = isRestricted(payment)
        let askedAtMillis = Int64(time.now.milliseconds)
        let answer = await gate.ask(payment)
        log?.take(
            GateLog.Entry(
                payment: payment, askedAtMillis: askedAtMillis, answeredAtMillis: Int64(time.now.milliseconds),
                answer: answer))
        switch answer {
        case .accepted:
            if wasRestricted, isRestricted(payment) { box.withLock { $0.restrictedAccepted += 1 } }
            return true
        case .refused(let code):
            box.withLock { figures in
                figures.refusals[code, default: 0] += 1
                figures.underway -= 1
            }
        case .noAnswer:
            box.withLock { figures in
                figures.silences += 1
                figures.underway -= 1
            }
        }
        return false
    }

    private func isRestricted(_ payment: Payment) -> Bool {
        restricted.withLock { $0 == payment.merchantID }
    }
}
