internal import HeapModule
internal import PaymentEntry

/// Which announcement is asked for when: the cases, their order, budget, places and pauses. Pure; one per ``OrderRecovery``.
struct RecoverySchedule: Sendable {
    /// One entry of the due order; it counts only while its case is due at just this moment.
    private struct Due: Sendable, Comparable {
        let atMillis: Int64
        let number: UInt64

        static func < (left: Due, right: Due) -> Bool { (left.atMillis, left.number) < (right.atMillis, right.number) }
    }

    private let placeCountMax: Int
    private var cases: [UInt64: RecoveryCase] = [:]
    private var due = Heap<Due>()
    private var ladder: RecoveryLadder
    private var budget: RecoveryBudget
    private(set) var pause = PlatformPause()
    /// Questions under way, operators' included.
    private(set) var inFlightCount = 0

    init(_ settings: OrderRecoverySettings, nowMillis: Int64) {
        placeCountMax = max(settings.queriesInFlightMax, 1)
        ladder = RecoveryLadder(settings)
        budget = RecoveryBudget(ratePerSecond: settings.queriesPerSecond, nowMillis: nowMillis)
    }

    /// Cases held.
    var count: Int { cases.count }

    /// Entries of the due order, left-over ones included: at most twice the cases and ``OrderRecoveryLimits/dueSlackCount``.
    var dueEntryCount: Int { due.count }

    /// The case of a number.
    subscript(_ number: UInt64) -> RecoveryCase? { cases[number] }

    /// When the oldest announcement was made. O(n).
    var oldestAnnouncedMillis: Int64? {
        cases.values.lazy.map(\.open.announcement.announcedAtMillis).min()
    }

    // MARK: - Cases

    /// Takes a new announcement: first asked for after the ladder's first pause.
    mutating func add(_ open: OpenAnnouncement) {
        let announcement = open.announcement
        let due = ladder.nextMillis(announcement, tryCount: 0, fromMillis: announcement.announcedAtMillis)
        put(RecoveryCase(open: open, dueAtMillis: due))
    }

    /// Takes a case as it was left.
    mutating func put(_ one: RecoveryCase) {
        cases[one.open.number] = one
        due.insert(Due(atMillis: one.dueAtMillis, number: one.open.number))
        compact()
    }

    /// Notes that a row of this case is, or may be, on the disk.
    mutating func noteStored(_ number: UInt64) { cases[number]?.isStored = true }

    /// Forgets a case; a question under way keeps its place until it is ``answered(_:_:askedAtMillis:nowMillis:)``.
    mutating func remove(_ number: UInt64) -> RecoveryCase? { cases.removeValue(forKey: number) }

    // MARK: - Asking

    /// The case to ask for now, which then holds a place and has taken from the budget; nil where none may be asked for.
    ///
    /// - Parameter isOpen: false for one that was settled meanwhile; it is passed over.
    mutating func next(nowMillis: Int64, isOpen: (OpenAnnouncement) -> Bool) -> RecoveryCase? {
        guard inFlightCount < placeCountNow, pause.untilMillis <= nowMillis else { return nil }
        while let first = firstDue, first.atMillis <= nowMillis {
            guard let one = cases[first.number], isOpen(one.open) else {
                _ = due.popMin()
                continue
            }
            guard budget.take(nowMillis: nowMillis) else { return nil }
            _ = due.popMin()
            cases[first.number]?.isInFlight = true
            inFlightCount += 1
            return one
        }
        return nil
    }

    /// Takes a place and a question of the budget for an operator, who waits for no pause; false where there is none.
    mutating func takePlace(nowMillis: Int64) -> Bool {
        guard inFlightCount < placeCountMax, budget.take(nowMillis: nowMillis) else { return false }
        inFlightCount += 1
        return true
    }

    /// When an operator's question can be asked; nil where a place must become free first.
    var nextPlaceMillis: Int64? { inFlightCount < placeCountMax ? budget.nextMillis : nil }

    /// When ``next(nowMillis:isOpen:)`` may have something; nil where an answer must come first or nothing waits.
    mutating func nextMillis() -> Int64? {
        guard inFlightCount < placeCountNow, let first = firstDue else { return nil }
        return max(first.atMillis, pause.untilMillis, budget.nextMillis)
    }

    /// When the next case is due, be it in the past; nil where none waits.
    mutating func nextDueMillis() -> Int64? { firstDue?.atMillis }

    private var placeCountNow: Int { pause.isProbing ? 1 : placeCountMax }

    /// The first entry that counts.
    private var firstDue: Due? {
        mutating get {
            while let first = due.min {
                if let one = cases[first.number], one.dueAtMillis == first.atMillis, !one.isInFlight { return first }
                _ = due.popMin()
            }
            return nil
        }
    }

    /// Throws left-over entries out where they are many; each is thrown out once, so this costs O(1) per entry.
    private mutating func compact() {
        guard due.count > 2 * cases.count + OrderRecoveryLimits.dueSlackCount else { return }
        due = Heap(
            due.unordered.filter { entry in
                guard let one = cases[entry.number] else { return false }
                return one.dueAtMillis == entry.atMillis && !one.isInFlight
            })
    }

    // MARK: - Answers

    /// Frees an operator's place.
    mutating func placeFreed(isAnswered: Bool, askedAtMillis: Int64, nowMillis: Int64) {
        inFlightCount -= 1
        note(isFailure: !isAnswered, askedAtMillis: askedAtMillis, nowMillis: nowMillis)
    }

    /// Takes what a question came to and frees its place.
    ///
    /// - Returns: how the announcement ended, and then its case is to be removed; nil where it goes on, or is not held any more.
    mutating func answered(
        _ number: UInt64, _ verdict: RecoveryVerdict, askedAtMillis: Int64, nowMillis: Int64
    ) -> RecoveryEnd? {
        inFlightCount -= 1
        note(isFailure: verdict == .failed(isGlobal: true), askedAtMillis: askedAtMillis, nowMillis: nowMillis)
        guard var one = cases[number] else { return nil }
        one.isInFlight = false
        let end = apply(verdict, to: &one, askedAtMillis: askedAtMillis, nowMillis: nowMillis)
        put(one)
        return end
    }

    private mutating func note(isFailure: Bool, askedAtMillis: Int64, nowMillis: Int64) {
        if isFailure {
            pause.failed(askedAtMillis: askedAtMillis, nowMillis: nowMillis)
        } else {
            pause.succeeded(askedAtMillis: askedAtMillis)
        }
    }

    private mutating func apply(
        _ verdict: RecoveryVerdict, to one: inout RecoveryCase, askedAtMillis: Int64, nowMillis: Int64
    ) -> RecoveryEnd? {
        let announcement = one.open.announcement
        let last = RecoveryLadder.lastMillis(announcement)
        switch verdict {
        case .found: return .found
        case .ended: return .ended
        case .failed:
            guard nowMillis < last + OrderRecoveryLimits.unansweredMillisMax else { return .unanswered }
            one.dueAtMillis =
                nowMillis
                + RecoveryLadder.doubled(
                    OrderRecoveryLimits.failurePauseMillis, times: one.failureCount,
                    most: OrderRecoveryLimits.failurePauseMillisMax)
            one.failureCount += 1
            return nil
        case .notStored:
            // A store that refuses for long is not cured by questions, and the platform has a budget.
            one.dueAtMillis =
                nowMillis
                + RecoveryLadder.doubled(
                    OrderRecoveryLimits.storePauseMillis, times: one.notStoredCount,
                    most: OrderRecoveryLimits.storePauseMillisMax)
            one.notStoredCount += 1
            return nil
        case .notFound:
            one.notFoundCount += 1
            // The announcement comes before the order, and an answer that carries no signature must not end it early.
            if askedAtMillis >= last { return .notFound }
        case .open: if askedAtMillis >= last { return .noResult }
        case .refused: if askedAtMillis >= last { return .refused }
        }
        one.tryCount += 1
        one.failureCount = 0
        one.notStoredCount = 0
        one.dueAtMillis = ladder.nextMillis(announcement, tryCount: one.tryCount, fromMillis: nowMillis)
        return nil
    }
}
