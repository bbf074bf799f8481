internal import PaymentEntry

/// What is held of one announcement.
struct RecoveryCase: Sendable, Equatable {
    /// The announcement and its number.
    let open: OpenAnnouncement
    /// When it is asked for next, Unix milliseconds.
    var dueAtMillis: Int64
    /// Questions that were answered.
    var tryCount = 0
    /// Of them, answered «there is no such order».
    var notFoundCount = 0
    /// Calls that failed since the last answer; not kept on the disk.
    var failureCount = 0
    /// Times in a row that the store did not take what was found; not kept on the disk.
    var notStoredCount = 0
    /// Whether a question is under way.
    var isInFlight = false
    /// Whether a row of it is, or may be, on the disk.
    var isStored = false
}

/// What a question came to.
enum RecoveryVerdict: Sendable, Equatable {
    /// It was paid, or the refund has its result, and that is on the disk.
    case found
    /// Nothing is decided yet.
    case open
    /// It will not be paid under this number.
    case ended
    /// The platform knows no such thing.
    case notFound
    /// The platform refuses to tell, of this one, or tells what is not to be believed of it.
    case refused
    /// No usable answer; where it is not only this question's trouble, all questions pause.
    case failed(isGlobal: Bool)
    /// It was found, but the store did not take it.
    case notStored
}

/// How an announcement ended: a bounded set, fit for a metric label.
enum RecoveryEnd: String, Sendable, CaseIterable {
    /// It entered, or was there already.
    case found
    /// The order was closed, revoked or failed.
    case ended
    /// Nothing was paid, or refunded, by its end.
    case noResult = "no_result"
    /// There was no such order or refund until its end.
    case notFound = "not_found"
    /// The platform refused to tell until its end.
    case refused
    /// The platform gave no answer until a day after its end.
    case unanswered
}
