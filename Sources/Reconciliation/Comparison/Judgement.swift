internal import Engine
internal import MessageModel
internal import PaymentEntry
internal import PaymentNotice
internal import TradeBill

/// What a payment line turned out to be.
struct Judgement: Sendable, Equatable {
    var kind: ReconciliationClass
    var localAmount: Int64?
    var localPayerAmount: Int64?
    var remark = ""

    /// By the row of its order. Says the same of an order that a reconciliation entered, however often it is asked, while the order is on its way to the
    /// merchant and when it arrived; one that got stuck since is not acknowledged like any other.
    init(_ line: TradeBillLine, _ record: OrderRecord) {
        localAmount = record.amount
        localPayerAmount = record.payerAmount
        let differences = Self.differences(line, record)
        if !differences.isEmpty {
            kind = .differs
            remark = differences.joined(separator: ", ")
        } else if record.source == .reconcile {
            kind = Self.isStuck(record) ? .notAcknowledged : .missingInjected
            // Nothing that changes while it is pushed: another run comes to the same report.
            remark =
                Self.isStuck(record) ? "entered by a reconciliation, \(record.state)" : "entered by a reconciliation"
        } else if record.state == .acknowledged {
            kind = .matched
        } else {
            kind = .notAcknowledged
            remark = "\(record.state), attempts \(record.attemptCount)"
            if !record.lastOutcome.isEmpty { remark += ", last \(record.lastOutcome)" }
        }
    }

    /// Without a row.
    init(kind: ReconciliationClass, remark: String = "") {
        self.kind = kind
        self.remark = remark
    }

    /// Looks the line's order up.
    ///
    /// - Throws: ``RunFailure/store(_:)`` where the store does not answer; a damaged row is a judgement.
    static func of<E: Engine>(
        _ line: TradeBillLine, in entry: PaymentEntry<E>
    ) async throws(RunFailure) -> Judgement {
        do throws(BrokerError) {
            guard let record = try await entry.order(transactionID: line.transactionID) else {
                return Judgement(kind: .missing)
            }
            return Judgement(line, record)
        } catch {
            guard case .corrupted(let what) = error else { throw .store(error) }
            return Judgement(kind: .unreadable, remark: what)
        }
    }

    /// As it is listed.
    func finding(_ line: TradeBillLine) -> ReconciliationFinding {
        ReconciliationFinding(
            kind: kind, line: line.number, merchantID: line.merchantID, transactionID: line.transactionID,
            outTradeNo: line.outTradeNo, billAmount: line.amount, billPayerAmount: line.payerAmount,
            localAmount: localAmount, localPayerAmount: localPayerAmount, remark: remark)
    }

    /// Whether it does not reach the merchant by itself.
    private static func isStuck(_ record: OrderRecord) -> Bool { record.state == .dead || record.state == .held }

    private static func differences(_ line: TradeBillLine, _ record: OrderRecord) -> [String] {
        var names: [String] = []
        if record.amount != line.amount { names.append("amount") }
        if !line.allows(payerAmount: record.payerAmount) { names.append("paid amount") }
        if record.merchantID != line.merchantID { names.append("merchant: received \(record.merchantID)") }
        if record.outTradeNo != line.outTradeNo { names.append("order number: received \(record.outTradeNo)") }
        return names
    }
}
