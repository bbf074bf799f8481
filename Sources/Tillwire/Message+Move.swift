internal import Engine
public import MessageModel

extension Message {
    /// Moves the message to `queue`: acknowledged here and sent there, body and properties as they are, in one transaction. Durable when this
    /// returns.
    ///
    /// For what a program sets aside itself. It counts as a new message there, under a new id and without an origin; what a queue's dead-letter
    /// policy moves keeps both.
    ///
    /// - Throws: ``BrokerError/receiptInvalid`` where the lease ended before; why `queue` does not take it.
    @discardableResult
    public func move(to queue: Queue<E>) async throws(BrokerError) -> MessageID {
        let copy = OutgoingMessage(body: body, properties: properties)
        let move = Transaction(
            settlements: [Settlement(receipt, .acknowledge)],
            sends: [SendBatch(source: .queue(queue.id), messages: [copy])])
        switch try await engine.commit([move]).first {
        case .committed(let sends):
            guard let outcome = sends.first?.first else { throw .closed }
            return try engine.messageID(of: outcome, source: .queue(queue.id))
        case .refused(let reason): throw reason
        case nil: throw .closed
        }
    }
}
