internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import Tillwire

/// Commits authentic notices and answers them: one call per batch, one commit call, then the answers.
///
/// Success is answered only for what is on the disk. A crash before the commit leaves the notice unanswered, a crash after it
/// makes the next delivery a repeat: either way WeChat Pay sends again and nothing is lost or stored twice.
actor NoticeRecorder<E: Engine> {
    private let broker: Broker<E>
    private let ledger: NoticeLedger
    private let time: any TimeSource
    private let logger: Logger

    init(broker: Broker<E>, ledger: NoticeLedger, time: any TimeSource, logger: Logger) {
        self.broker = broker
        self.ledger = ledger
        self.time = time
        self.logger = logger
    }

    /// Commits the batch, each notice for itself, and answers every one.
    func record(_ notices: [AuthenticNotice<E.Receipt>]) async {
        let fates: [NoticeFate]
        do {
            fates = try await broker.commit(notices.map(\.transaction)).map(NoticeFate.init)
        } catch {
            fates = notices.map { _ in .notStored(error) }
        }
        answer(notices, fates)
        for (notice, fate) in zip(notices, fates) where fate == .duplicate { await compare(notice) }
    }

    private func answer(_ notices: [AuthenticNotice<E.Receipt>], _ fates: [NoticeFate]) {
        let now = ContinuousClock.now
        // An engine that returned fewer outcomes than it was given transactions must not leave a notice unanswered.
        for (index, notice) in notices.enumerated() {
            let isStored = index < fates.count && fates[index].isStored
            notice.exchange.respond(isStored ? NoticeAnswer.success : NoticeAnswer.tryAgain)
        }
        ledger.update { figures in
            for (notice, fate) in zip(notices, fates) { figures.count(fate, notice, answeredAt: now) }
        }
        logNotStored(fates)
    }

    /// Looks whether a repeat tells what the first notice told. The first one stands; the repeat was answered with success.
    private func compare(_ notice: AuthenticNotice<E.Receipt>) async {
        guard case .payment(let message) = notice.kind else { return }
        do {
            guard let row = try await broker.row(.orders, key: Bytes(message.transactionID)) else { return }
            let record = try OrderRecord.decode(Array(row.slice))
            guard record.conflicts(with: message) else { return }
            ledger.update { $0.conflicts += 1 }
            guard ledger.mayLog("conflict", nowMillis: time.now.milliseconds) else { return }
            logger.critical(
                "a repeated notice contradicts the stored order; the first one stands",
                metadata: [
                    "transaction_id": "\(message.transactionID)", "stored_amount_fen": "\(record.amount)",
                    "repeated_amount_fen": "\(message.amount)",
                ])
        } catch {
            guard ledger.mayLog("compare", nowMillis: time.now.milliseconds) else { return }
            logger.error("a repeated notice could not be compared with the stored order: \(error)")
        }
    }

    private func logNotStored(_ fates: [NoticeFate]) {
        for case .notStored(let error) in fates {
            guard ledger.mayLog(NotStoredReason(error).rawValue, nowMillis: time.now.milliseconds) else { continue }
            logger.error("authentic notices are answered 503, the store does not take them: \(error)")
        }
    }
}
