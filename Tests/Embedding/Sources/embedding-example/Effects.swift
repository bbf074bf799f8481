import Tillwire

/// A sum that counts every payment once, whatever fails in between.
func countOnce(_ broker: EmbeddedBroker) async throws {
    let payments = try await broker.createQueue("payments")
    let receipts = try await broker.createQueue("receipts")
    let ledger = RowSpace.state(ConsumerID(rawValue: 1))
    for amount in ["1250", "900"] { try await payments.send(Bytes(amount)) }

    for try await payment in payments.messages() {
        let before = try await broker.row(ledger, key: "total")
        let total = (before?.number ?? 0) + (payment.body.number ?? 0)
        try await broker.transaction { tx in
            tx.acknowledge(payment)
            tx.setRow("total", in: ledger, to: Bytes("\(total)"), where: .ifUnchanged(before))
            tx.send(payment.body, to: receipts)
        }
        if try await payments.figures().waiting == 0 { break }
    }
    let total = try await broker.row(ledger, key: "total")?.number ?? 0
    print("total \(total) of \(try await receipts.figures().waiting) payments")
}

extension Bytes {
    /// The number these bytes spell.
    fileprivate var number: Int? { text.flatMap { Int($0) } }
}
