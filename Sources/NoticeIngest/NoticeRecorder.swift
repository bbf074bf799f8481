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
struct NoticeRecorder<E: Engine>: Sendable {
    private let entry: PaymentEntry<E>
    private let ledger: NoticeLedger
    private let time: any TimeSource
    private let logger: Logger
    private let rating: RatingLedger?
    private let repeats: RepeatLedger<E>
    private let knownV3: KnownBodies
    private let knownV2: KnownBodies

    init(
        entry: PaymentEntry<E>, ledger: NoticeLedger, repeats: RepeatLedger<E>, knownV3: KnownBodies,
        knownV2: KnownBodies, time: any TimeSource, logger: Logger, rating: RatingLedger?
    ) {
        self.rating = rating
        self.entry = entry
        self.ledger = ledger
        self.repeats = repeats
        self.knownV3 = knownV3
        self.knownV2 = knownV2
        self.time = time
        self.logger = logger
    }

    /// Commits the batch, each notice for itself, and answers every one. All of them were judged in `epoch`, by one generation's rules.
    func record(_ notices: [AuthenticNotice<E.Receipt>], epoch: UInt64) async {
        // No key paths: in generic code each use of one makes it anew.
        let fates = await entry.commit(notices.map { $0.transaction })
        answer(notices, fates)
        entry.noteStored(zip(notices, fates).lazy.compactMap { $1 == .stored ? $0.payment : nil })
        entry.announcements?.settle(
            zip(notices, fates).lazy.filter { $0.1.isStored }.compactMap { $0.0.kind.settled })
        remember(zip(notices, fates).compactMap { $1 == .stored ? $0 : nil }, epoch: epoch)
        let repeated = zip(notices, fates).compactMap { $1 == .duplicate ? $0 : nil }
        guard !repeated.isEmpty else { return }
        // Reads of the disk; a task of its own is not on the event loop.
        remember(await Task { await repeats.note(repeated) }.value, epoch: epoch)
    }

    /// What is on the disk need not be read a second time.
    private func remember(_ notices: [AuthenticNotice<E.Receipt>], epoch: UInt64) {
        guard let first = notices.first else { return }
        let known = first.generation == .v2 ? knownV2 : knownV3
        known.remember(notices.map { (hash: $0.bodyHash, notice: $0.known) }, epoch: epoch)
    }

    private func answer(_ notices: [AuthenticNotice<E.Receipt>], _ fates: [EntryFate]) {
        let now = ContinuousClock.now
        var newEventTypes: [String] = []
        // First: whoever has an answer finds it counted.
        ledger.update { figures in
            newEventTypes = zip(notices, fates).compactMap { figures.count($1, $0, answeredAt: now) }
        }
        rating?.record(
            zip(notices, fates).map { $0.rated($1, answeredAt: now) }, atMillis: Int64(time.now.milliseconds))
        DataPlaneExchange.respond(
            zip(notices, fates).map { notice, fate in
                let isStored = fate.isStored
                return (
                    notice.exchange,
                    isStored ? NoticeAnswer.success(notice.generation) : NoticeAnswer.tryAgain(notice.generation)
                )
            })
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
