public import Engine
public import MessageModel
internal import Synchronization

extension Store {
    /// Stores messages of one source. Durable when this returns; outcomes are in order.
    ///
    /// - Throws: ``BrokerError/invalidBatchCount(_:)``, ``BrokerError/batchTooLarge(byteCount:)``, ``BrokerError/overloaded(_:)``,
    ///   ``BrokerError/outcomeUnknown(_:)``. What concerns one message is in its outcome.
    public func send(_ batch: SendBatch) async throws(BrokerError) -> [SendOutcome] {
        try check(batch)
        guard let ticket = SendTicket(batch) else { throw .invalidBatchCount(0) }
        try await submit(ticket)
        return ticket.outcomes
    }

    /// Stores one message, the same way but without an array. Durable when this returns.
    ///
    /// - Throws: as ``send(_:)``.
    public func send(_ message: OutgoingMessage, to source: SourceID) async throws(BrokerError) -> SendOutcome {
        let ticket = SendTicket(message, to: source, hasher: keyHasher)
        guard ticket.byteCount <= Limits.batchByteCountMax else { throw .batchTooLarge(byteCount: ticket.byteCount) }
        try await submit(ticket)
        return ticket.outcome
    }

    private func submit(_ ticket: SendTicket) async throws(BrokerError) {
        await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            unsafe ticket.arm(continuation)
            if let refusal = mailbox.submit(.send(ticket)) { ticket.fail(refusal) }
        }
        if let failure = ticket.failure { throw failure }
    }

    /// Stores messages of one source, on a thread that may sleep meanwhile. Durable when this returns; outcomes are in order.
    ///
    /// For programs with threads of their own. Where nobody else is at work, the commit runs on this very thread, small steps of the store's background
    /// work included; otherwise the writer's thread has it in its next group. Never from a task of the shared pool or an event loop, whose thread it would
    /// hold for as long as the disk takes, and never from ``StoreOptions/report``. Where the store closes meanwhile, it is answered first.
    ///
    /// - Throws: as ``send(_:)``.
    @available(*, noasync, message: "it blocks the thread: tasks call send")
    public func sendBlocking(_ batch: SendBatch) throws(BrokerError) -> [SendOutcome] {
        try check(batch)
        guard let ticket = SendTicket(batch) else { throw .invalidBatchCount(0) }
        try commitBlocking(ticket)
        return ticket.outcomes
    }

    /// Stores one message, the same way but without an array. Durable when this returns.
    ///
    /// - Throws: as ``send(_:)``.
    @available(*, noasync, message: "it blocks the thread: tasks call send")
    public func sendBlocking(_ message: OutgoingMessage, to source: SourceID) throws(BrokerError) -> SendOutcome {
        let ticket = SendTicket(message, to: source, hasher: keyHasher)
        guard ticket.byteCount <= Limits.batchByteCountMax else { throw .batchTooLarge(byteCount: ticket.byteCount) }
        try commitBlocking(ticket)
        return ticket.outcome
    }

    private func commitBlocking(_ ticket: SendTicket) throws(BrokerError) {
        if !role.commitAlone(ticket) {
            let answered = Signal(false)
            ticket.arm(answered)
            if let refusal = mailbox.submit(.send(ticket)) { ticket.fail(refusal) }
            answered.wait(sleep: { _ in nil }, take: { isAnswered in isAnswered ? () : nil })
        }
        if let failure = ticket.failure { throw failure }
    }

    /// Commits transactions, each all or nothing, independent of one another; outcomes are in order.
    public func commit(_ transactions: [Transaction<ReceiptHandle>]) async throws(BrokerError) -> [TransactionOutcome] {
        guard 1...Limits.batchCountMax ~= transactions.count else { throw .invalidBatchCount(transactions.count) }
        let byteCount = transactions.reduce(0) { $0 + $1.sends.reduce(0) { $0 + $1.byteCount } }
        guard byteCount <= Limits.groupByteCountMax else { throw .batchTooLarge(byteCount: byteCount) }
        var planned: [PlannedTransaction] = []
        for transaction in transactions { planned.append(await resolve(transaction)) }
        let parts = planned
        do throws(BrokerError) {
            let outcomes = try await submit { (reply: Reply<[TransactionOutcome]>) in .commit(parts, reply) }
            for (transaction, outcome) in zip(planned, outcomes) {
                if case .refused = outcome { unsettle(transaction) }
            }
            return outcomes
        } catch {
            for transaction in planned { unsettle(transaction) }
            throw error
        }
    }

    private func unsettle(_ transaction: PlannedTransaction) {
        for settlement in transaction.settlements { unsettle(settlement) }
    }

    private func resolve(_ transaction: Transaction<ReceiptHandle>) async -> PlannedTransaction {
        var settlements: [PlannedSettlement] = []
        var refusal = check(transaction)
        if refusal == nil {
            for settlement in transaction.settlements {
                switch await resolve(settlement, inTransaction: true) {
                case .planned(let plan): settlements.append(plan)
                case .refused(let reason): refusal = refusal ?? reason
                case .done: refusal = refusal ?? .receiptInvalid
                }
            }
        }
        if refusal != nil {
            for settlement in settlements { unsettle(settlement) }
            settlements = []
        }
        return PlannedTransaction(
            settlements: settlements, sends: transaction.sends, rows: transaction.rows, refusal: refusal)
    }

    private func check(_ transaction: Transaction<ReceiptHandle>) -> BrokerError? {
        let parts =
            transaction.settlements.count + transaction.rows.count
            + transaction.sends.reduce(0) { $0 + $1.messages.count }
        guard 1...Limits.transactionPartCountMax ~= parts else {
            return .outOfRange("transaction of \(parts) parts: 1 to \(Limits.transactionPartCountMax) are allowed")
        }
        for batch in transaction.sends {
            do throws(BrokerError) { try check(batch) } catch { return error }
        }
        return transaction.rows.lazy.compactMap { Self.check($0) }.first
    }

    private static func check(_ change: RowChange) -> BrokerError? {
        let (keyMax, valueMax) =
            switch change.space {
            case .orders: (Limits.orderKeyByteCountMax, Limits.orderValueByteCountMax)
            case .state: (Limits.stateKeyByteCountMax, Limits.stateValueByteCountMax)
            }
        guard 1...keyMax ~= change.key.count else {
            return .outOfRange("row key of \(change.key.count) bytes: 1 to \(keyMax) are allowed")
        }
        guard let value = change.value, value.count > valueMax else { return nil }
        return .outOfRange("row of \(value.count) bytes: at most \(valueMax) are allowed")
    }

    private func check(_ batch: SendBatch) throws(BrokerError) {
        guard 1...Limits.batchCountMax ~= batch.messages.count else { throw .invalidBatchCount(batch.messages.count) }
        let byteCount = batch.byteCount
        guard byteCount <= Limits.batchByteCountMax else { throw .batchTooLarge(byteCount: byteCount) }
    }
}
