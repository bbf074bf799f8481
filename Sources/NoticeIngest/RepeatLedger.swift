internal import Engine
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import Tillwire

/// Looks at repeats after they were answered: whether they contradict the stored order, and counts them in its row.
///
/// Counting takes one commit call for all repeats of a batch, joined by the store with whatever else is committed. It is best effort: a
/// row that others change at the same moment is tried again a few times, a crash in between loses the count, and an attempt to push that
/// is under way writes back the row it read before. The money's message is not touched.
struct RepeatLedger<E: Engine>: Sendable {
    let broker: Broker<E>
    let ledger: NoticeLedger
    let time: any TimeSource
    let logger: Logger

    /// Compares and counts; never throws, what fails is logged.
    ///
    /// - Returns: the notices that tell what is stored, so that the same body need not be compared again.
    func note(_ repeated: [AuthenticNotice<E.Receipt>]) async -> [AuthenticNotice<E.Receipt>] {
        var counts: [String: UInt32] = [:]
        var fitting: [AuthenticNotice<E.Receipt>] = []
        for notice in repeated {
            if case .payment(let message) = notice.kind {
                guard await fits(message) else { continue }
                counts[message.transactionID, default: 0] += 1
            }
            fitting.append(notice)
        }
        await count(counts)
        return fitting
    }

    /// Adds repeats to the rows of their orders; never throws, what fails is logged.
    func count(_ counts: [String: UInt32]) async {
        var counts = counts
        for _ in 0..<NoticeIngestLimits.repeatTryCountMax where !counts.isEmpty {
            do {
                counts = try await raise(counts)
            } catch {
                logFailure("count", error)
                return
            }
        }
    }

    /// Adds the counts to the rows; gives back those whose row changed under way.
    private func raise(_ counts: [String: UInt32]) async throws(BrokerError) -> [String: UInt32] {
        var keys: [String] = []
        var changes: [Transaction<E.Receipt>] = []
        for (transactionID, count) in counts {
            guard let row = try await broker.row(.orders, key: Bytes(transactionID)),
                var record = try? OrderRecord.decode(Array(row.slice))
            else { continue }
            let (sum, overflow) = record.repeatCount.addingReportingOverflow(count)
            record.repeatCount = overflow ? .max : sum
            keys.append(transactionID)
            changes.append(
                Transaction(rows: [
                    RowChange(
                        space: .orders, key: Bytes(transactionID), value: Bytes(record.encode()),
                        condition: .ifUnchanged(row))
                ]))
        }
        guard !changes.isEmpty else { return [:] }
        var left: [String: UInt32] = [:]
        for (key, outcome) in zip(keys, try await broker.commit(changes)) {
            if case .refused(.rowConflict) = outcome { left[key] = counts[key] }
        }
        return left
    }

    /// Whether a repeat tells what the stored row says. The first notice stands; the repeat was answered with success.
    private func fits(_ message: OrderPaymentMessage) async -> Bool {
        do {
            guard let row = try await broker.row(.orders, key: Bytes(message.transactionID)) else { return false }
            let record = try OrderRecord.decode(Array(row.slice))
            guard record.conflicts(with: message) else { return true }
            ledger.update { $0.conflicts += 1 }
            guard ledger.mayLog("conflict", nowMillis: time.now.milliseconds) else { return false }
            logger.critical(
                "a repeated notice contradicts the stored order; the first one stands",
                metadata: [
                    "transaction_id": "\(message.transactionID)", "stored_amount_fen": "\(record.amount)",
                    "repeated_amount_fen": "\(message.amount)",
                ])
            return false
        } catch {
            logFailure("compare", error)
            return false
        }
    }

    private func logFailure(_ kind: String, _ error: any Error) {
        guard ledger.mayLog(kind, nowMillis: time.now.milliseconds) else { return }
        logger.error("a repeated notice could not be compared with the stored order or counted in it: \(error)")
    }
}
