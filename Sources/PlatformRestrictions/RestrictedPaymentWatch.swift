public import Logging
public import Merchants
public import MessageModel
public import PaymentEntry
public import PaymentNotice
internal import Synchronization

/// Knows from the restriction table which payments were made against a restriction, counts them and raises the alarm. Thread-safe; answers from memory.
public final class RestrictedPaymentWatch: PaymentWatch {
    /// Lines of the alarm in one minute; the counter counts all.
    private static let lineCountMax = 20

    private struct Lines {
        /// Which minute it is.
        var minute: UInt64 = 0
        /// Lines in it.
        public var count = 0
    }

    private let table: RestrictionTable
    private let time: any TimeSource
    private let logger: Logger
    private let counted = Atomic<UInt64>(0)
    private let lines = Mutex(Lines())

    /// Over the table the payment gate reads.
    public init(table: RestrictionTable, time: any TimeSource, logger: Logger) {
        self.table = table
        self.time = time
        self.logger = logger
    }

    /// Such payments since the start.
    public var count: UInt64 { counted.load(ordering: .relaxed) }

    /// Whether a restriction that refuses payments was in force when it was paid.
    public func isProhibited(_ message: OrderPaymentMessage) -> Bool { restriction(message) != nil }

    /// Counts it and raises the alarm; lines come at most 20 a minute.
    public func prohibitedPaymentStored(_ message: OrderPaymentMessage) {
        counted.wrappingAdd(1, ordering: .relaxed)
        guard let restriction = restriction(message), mayLog() else { return }
        logger.critical(
            "a payment was made while its merchant was restricted; it is stored, pushed and marked",
            metadata: [
                "merchant_id": "\(message.merchantID)", "transaction_id": "\(message.transactionID)",
                "amount_fen": "\(message.amount)", "paid_at": "\(message.paidAt)", "case_id": "\(restriction.caseID)",
            ])
    }

    private func restriction(_ message: OrderPaymentMessage) -> Restriction? {
        table.restriction(
            merchant: message.merchantID, store: message.storeID.isEmpty ? nil : message.storeID,
            device: message.deviceID.isEmpty ? nil : message.deviceID, atMillis: message.timestampMillis)
    }

    private func mayLog() -> Bool {
        let minute = time.now.milliseconds / 60_000
        return lines.withLock { lines in
            if lines.minute != minute { lines = Lines(minute: minute) }
            lines.count += 1
            return lines.count <= Self.lineCountMax
        }
    }
}
