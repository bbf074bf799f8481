internal import Engine
internal import MessageModel
internal import PaymentNotice

/// Builds what push commits: every change of an order's place goes with the change of its row, all or nothing. Pure.
struct PushTransactions<Receipt: EngineReceipt>: Sendable {
    /// The queue push works off.
    let merchantOrders: QueueID
    /// The queue of orders whose ladder ended.
    let deadOrders: QueueID

    /// The order leaves the queue.
    func acknowledged(_ order: PushOrder<Receipt>, _ record: OrderRecord) -> Transaction<Receipt> {
        Transaction(settlements: [Settlement(order.delivery.receipt, .acknowledge)], rows: [row(order, record)])
    }

    /// The order waits for its next attempt.
    func retried(_ order: PushOrder<Receipt>, _ record: OrderRecord, delayMillis: UInt64) -> Transaction<Receipt> {
        Transaction(settlements: [release(order, delayMillis)], rows: [row(order, record)])
    }

    /// The order comes back later; nothing else changes.
    func released(_ order: PushOrder<Receipt>, delayMillis: UInt64) -> Transaction<Receipt> {
        Transaction(settlements: [release(order, delayMillis)])
    }

    /// The order moves to `dead-orders`.
    func dead(_ order: PushOrder<Receipt>, _ record: OrderRecord) throws(BrokerError) -> Transaction<Receipt> {
        var moved = try moved(order.delivery, to: deadOrders)
        moved.rows = [row(order, record)]
        return moved
    }

    /// A message that is no order moves to `dead-orders`, for inspection.
    func malformed(_ delivery: Delivery<Receipt>) throws(BrokerError) -> Transaction<Receipt> {
        try moved(delivery, to: deadOrders)
    }

    /// The order moves to its merchant's hold queue.
    func held(
        _ order: PushOrder<Receipt>, _ record: OrderRecord, in queue: QueueID
    ) throws(BrokerError) -> Transaction<Receipt> {
        var record = record
        record.state = .held
        record.nextDueAtMillis = nil
        var moved = try moved(order.delivery, to: queue)
        moved.rows = [row(order, record)]
        return moved
    }

    /// A held order moves back to `merchant-orders`.
    func returned(_ order: PushOrder<Receipt>, _ record: OrderRecord) throws(BrokerError) -> Transaction<Receipt> {
        var record = record
        record.state = .waiting
        var moved = try moved(order.delivery, to: merchantOrders)
        moved.rows = [row(order, record)]
        return moved
    }

    /// The acknowledgement here and the send there, in one transaction.
    ///
    /// The key names the place the message left, which is new after each move: a move that is tried again after a commit of unknown outcome stores it
    /// once, while an order that is held, returned and held again is never taken for a repeat.
    private func moved(_ delivery: Delivery<Receipt>, to queue: QueueID) throws(BrokerError) -> Transaction<Receipt> {
        let key = try IdempotencyKey("move:\(delivery.source.rawValue):\(delivery.sourceSequence)")
        let message = OutgoingMessage(body: delivery.body, properties: delivery.properties, key: key)
        return Transaction(
            settlements: [Settlement(delivery.receipt, .acknowledge)],
            sends: [SendBatch(source: .queue(queue), messages: [message])])
    }

    private func release(_ order: PushOrder<Receipt>, _ delayMillis: UInt64) -> Settlement<Receipt> {
        Settlement(order.delivery.receipt, .release(delayMillis: min(delayMillis, Limits.delayMillisMax)))
    }

    private func row(_ order: PushOrder<Receipt>, _ record: OrderRecord) -> RowChange {
        RowChange(space: .orders, key: order.rowKey, value: Bytes(record.encode()))
    }
}
