internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import NoticeRating
internal import PaymentEntry
internal import PaymentNotice

/// Commits authentic notices and answers them: one call per batch, one commit call, then the answers.
///
/// Success is answered only for what is on the disk. A crash before the commit leaves the notice unanswered, a crash after it
/// makes the next delivery a repeat: either way WeChat Pay sends again and nothing is lost or stored twice.
actor NoticeRecorder<E: Engine> {
    private let entry: PaymentEntry<E>
    private let ledger: NoticeLedger
    private let time: any TimeSource
    private let logger: Logger
    private let rating: RatingLedger?
    private let repeats: RepeatLedger<E>

    init(
        entry: PaymentEntry<E>, ledger: NoticeLedger, time: any TimeSource, logger: Logger, rating: RatingLedger?
    ) {
        self.rating = rating
        self.entry = entry
        self.ledger = ledger
        self.time = time
        self.logger = logger
        repeats = RepeatLedger(broker: entry.broker, ledger: ledger, time: time, logger: logger)
    }

    /// Commits the batch, each notice for itself, and answers every one.
    func record(_ notices: [AuthenticNotice<E.Receipt>]) async {
        let fates = await entry.commit(notices.map(\.transaction))
        answer(notices, fates)
        entry.noteStored(zip(notices, fates).lazy.compactMap { $1 == .stored ? $0.payment : nil })
        entry.announcements?.settle(
            zip(notices, fates).lazy.filter { $0.1.isStored }.compactMap { $0.0.kind.settled })
        await repeats.note(zip(notices, fates).filter { $0.1 == .duplicate }.map(\.0))
    }

    private func answer(_ notices: [AuthenticNotice<E.Receipt>], _ fates: [EntryFate]) {
        let now = ContinuousClock.now
        for (notice, fate) in zip(notices, fates) {
            notice.exchange.respond(
                fate.isStored ? NoticeAnswer.success(notice.generation) : NoticeAnswer.tryAgain(notice.generation))
        }
        var newEventTypes: [String] = []
        ledger.update { figures in
            newEventTypes = zip(notices, fates).compactMap { figures.count($1, $0, answeredAt: now) }
        }
        rating?.record(
            zip(notices, fates).map { $0.rated($1, answeredAt: now) }, atMillis: Int64(time.now.milliseconds))
        for eventType in newEventTypes {
            logger.warning(
                "a notice of an unknown kind was stored in platform-notices", metadata: ["event_type": "\(eventType)"])
        }
        logNotStored(fates)
    }

    private func logNotStored(_ fates: [EntryFate]) {
        for case .notStored(let error) in fates {
            guard ledger.mayLog(NotStoredReason(error).rawValue, nowMillis: time.now.milliseconds) else { continue }
            logger.error("authentic notices are answered 503, the store does not take them: \(error)")
        }
    }
}
