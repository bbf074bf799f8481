internal import Engine
internal import Logging
internal import MessageModel
internal import Tillwire
internal import Telemetry

extension MerchantPush {
    /// Adds a result; it is committed with all others that wait by then.
    func enqueue(_ result: PendingResult<E.Receipt>) {
        results.append(result)
        resultSignal.raise()
    }

    /// Commits results until the stop: what came while one commit was under way goes into the next, at most 256 at a time.
    func commitResults() async {
        for await _ in resultSignal.wakes { await commitAll() }
        await commitAll()
    }

    private func commitAll() async {
        while !results.isEmpty {
            let batch = Array(results.prefix(MerchantPushLimits.batchCountMax))
            results.removeFirst(batch.count)
            committingCount = batch.count
            await commit(batch)
            committingCount = 0
            roomSignal.raise()
        }
    }

    /// Each result is a transaction of its own: a lease that ended spoils its own order only.
    private func commit(_ batch: [PendingResult<E.Receipt>]) async {
        var failed: [PendingResult<E.Receipt>] = []
        do {
            let outcomes = try await broker.commit(batch.map(\.transaction))
            for (result, outcome) in zip(batch, outcomes) {
                switch Self.reason(of: outcome) {
                case nil: committed(result)
                case .receiptInvalid: leaseEnded(result)
                case .some(let reason): if let again = refused(result, reason) { failed.append(again) }
                }
            }
        } catch {
            failed = batch.compactMap { refused($0, error) }
        }
        guard let tryCount = failed.map(\.tryCount).min() else { return }
        results.insert(contentsOf: failed, at: 0)
        await pause(millis: MerchantPushLimits.commitPauseMillis << UInt64(min(tryCount, 6)))
    }

    /// Why a transaction did not do what it should; a message that was refused inside it counts.
    private static func reason(of outcome: TransactionOutcome) -> BrokerError? {
        switch outcome {
        case .refused(let reason): return reason
        case .committed(let sends):
            for case .refused(let reason) in sends.joined() { return reason }
            return nil
        }
    }

    private func committed(_ result: PendingResult<E.Receipt>) {
        switch result.kind {
        case .acknowledged(let receivedAt, let acknowledgedAt):
            counters.acked += 1
            counters.timeToAck.record(UInt64(max(acknowledgedAt - receivedAt, 0)))
        case .scheduled: counters.scheduled += 1
        case .dead: counters.dead += 1
        case .malformed: counters.malformed += 1
        case .deferred: counters.deferred += 1
        case .returned: counters.returned += 1
        case .held(let merchantID):
            counters.held += 1
            // The merchant may have been registered while the order was on its way to the hold queue.
            if directory.endpoint(merchantID: merchantID) != nil { merchantChanged(merchantID) }
        }
    }

    /// The order is visible again already, or at somebody else: nothing to undo.
    private func leaseEnded(_ result: PendingResult<E.Receipt>) {
        guard case .acknowledged = result.kind else { return }
        counters.leaseEnded += 1
        guard mayLog("lease") else { return }
        logger.warning("an order was acknowledged by its merchant after its lease had ended; it may be delivered twice")
    }

    /// The result for another try; nil where it is given up: then the lease ends by itself and the order comes back.
    private func refused(_ result: PendingResult<E.Receipt>, _ reason: BrokerError) -> PendingResult<E.Receipt>? {
        var again = result
        again.tryCount += 1
        switch reason {
        case .overloaded, .outcomeUnknown, .rowConflict:
            if again.tryCount < MerchantPushLimits.commitTryCountMax { return again }
        case .closed, .cancelled: break
        default:
            // A full store takes no moves, but it takes releases: the order waits where it is.
            if result.kind != .deferred, let settlement = result.transaction.settlements.first {
                let delay = UInt64(MerchantPushLimits.senderFaultMillisLong)
                let release = Transaction(settlements: [Settlement(settlement.receipt, .release(delayMillis: delay))])
                enqueue(PendingResult(transaction: release, kind: .deferred))
            }
        }
        counters.notCommitted += 1
        if mayLog("commit") { logger.error("results of pushes cannot be stored: \(reason)") }
        return nil
    }
}
