/// What the outbox holds in memory: entries on their way into the book, callbacks on their way out, numbers whose rows are to go. Pure.
struct OutboxState: Sendable {
    /// To be put or lifted, in order; those before `unappliedStart` are done.
    var unapplied: [CallbackMessage] = []
    var unappliedStart = 0
    /// Where `unapplied` was full, or while rows are read: the number from which on entries are left on the disk.
    var unreadFrom: UInt64?
    /// Whether an entry was left on the disk since the last read began.
    var hasLeft = false
    /// To be told.
    var lanes = CallbackLanes()
    /// Done; their rows are to go.
    var finished: [UInt64] = []
    /// The largest number ever taken.
    var seenThrough: UInt64 = 0
    /// The largest number that was applied.
    var appliedThrough: UInt64 = 0
    /// The largest number in the lanes, where later ones are left on the disk.
    var loadedThrough: UInt64?
    var figures = CallbackFigures()
    var loggedAtMillis: [String: UInt64] = [:]
    /// When the timer that runs ends.
    var timerDueMillis: Int64?

    var unappliedCount: Int { unapplied.count - unappliedStart }
    var firstUnapplied: CallbackMessage? { unappliedStart < unapplied.count ? unapplied[unappliedStart] : nil }

    /// Takes a new entry, or leaves it and all behind it on the disk where there is no room or rows are being read.
    mutating func add(_ message: CallbackMessage, countMax: Int) {
        guard message.number > seenThrough else { return }
        guard unreadFrom == nil, unappliedCount < countMax else {
            unreadFrom = unreadFrom ?? message.number
            hasLeft = true
            return
        }
        take(message)
    }

    /// Takes an entry that was not seen yet.
    mutating func take(_ message: CallbackMessage) {
        guard message.number > seenThrough else { return }
        seenThrough = message.number
        unapplied.append(message)
    }

    mutating func dropFirstUnapplied() {
        unappliedStart += 1
        guard unappliedStart == unapplied.count || unappliedStart > RiskControlLimits.finishedCountMax else {
            return
        }
        unapplied.removeFirst(unappliedStart)
        unappliedStart = 0
    }
}
