internal import Synchronization

/// Where ingest tells what it answered, once per batch: sums per hour until they are taken, and the last 5 minutes. Thread-safe; never blocks for long.
///
/// Which notices failed is remembered in memory only: after a restart a repeat of one of them counts as a first try.
public final class RatingLedger: Sendable {
    private struct Contents {
        /// Sums by start of the hour, Unix milliseconds.
        var hours: [Int64: RatingTally] = [:]
        /// The window, by number of the slot modulo ``RatingLimits/windowSlotCount``.
        var slots = [(number: Int64, tally: RatingTally)](
            repeating: (-1, RatingTally()), count: RatingLimits.windowSlotCount)
        /// Notices whose last delivery failed.
        var failed: Set<Int> = []
        /// The same in the order in which they failed first.
        var failedOrder: [Int] = []
        /// What of ``failedOrder`` is gone already.
        var failedStart = 0

        mutating func count(_ answer: RatedAnswer, into tally: inout RatingTally) {
            var failedBefore = false
            if let notice = answer.notice {
                if case .failed = answer.outcome {
                    remember(notice)
                } else if !failed.isEmpty {
                    failedBefore = failed.remove(notice) != nil
                }
            }
            tally.count(answer, failedBefore: failedBefore)
        }

        private mutating func remember(_ notice: Int) {
            guard failed.insert(notice).inserted else { return }
            failedOrder.append(notice)
            if failedOrder.count - failedStart > RatingLimits.failedNoticeCountMax {
                failed.remove(failedOrder[failedStart])
                failedStart += 1
            }
            if failedStart > RatingLimits.failedNoticeCountMax {
                failedOrder.removeFirst(failedStart)
                failedStart = 0
            }
        }
    }

    private static let hourMillis: Int64 = 3_600_000

    private let contents = Mutex(Contents())

    /// An empty ledger.
    public init() {}

    /// Counts what one batch answered at that moment, Unix milliseconds.
    ///
    /// - Parameters:
    ///   - probes: the platform's deliberately wrong signatures among the batch.
    ///   - unverified: requests refused before anything showed that the platform sent them.
    public func record(
        _ answers: [RatedAnswer], probes: UInt64 = 0, unverified: UInt64 = 0, atMillis now: Int64
    ) {
        guard !answers.isEmpty || probes > 0 || unverified > 0 else { return }
        contents.withLock { contents in
            var batch = RatingTally()
            batch.probes = probes
            batch.unverified = unverified
            for answer in answers { contents.count(answer, into: &batch) }
            var hour = now / Self.hourMillis * Self.hourMillis
            if contents.hours[hour] == nil, contents.hours.count >= RatingLimits.openHourCountMax {
                hour = contents.hours.keys.max() ?? hour
            }
            contents.hours[hour, default: RatingTally()].add(batch)
            let number = now / RatingLimits.windowSlotMillis
            let place = Int(number % Int64(RatingLimits.windowSlotCount))
            if contents.slots[place].number != number { contents.slots[place] = (number, RatingTally()) }
            contents.slots[place].tally.add(batch)
        }
    }

    /// The sums since the last call, by start of the hour, and forgets them.
    public func takeHours() -> [Int64: RatingTally] {
        contents.withLock { contents in
            defer { contents.hours = [:] }
            return contents.hours
        }
    }

    /// The last 5 minutes before that moment, Unix milliseconds, to within a slot.
    public func window(atMillis now: Int64) -> RatingTally {
        let last = now / RatingLimits.windowSlotMillis
        let first = last - Int64(RatingLimits.windowSlotCount) + 1
        return contents.withLock { contents in
            var sum = RatingTally()
            for slot in contents.slots where first...last ~= slot.number { sum.add(slot.tally) }
            return sum
        }
    }
}
