internal import NoticeRating

/// The sums of all hours or all days that are kept, and which of them are not written yet.
struct RatingPeriods: Sendable {
    /// Sums by start, Unix milliseconds.
    private(set) var sums: [Int64: RatingTally] = [:]
    /// Starts whose row is older than memory, or is to go.
    private(set) var changed: Set<Int64> = []
    private let keptMillis: Int64

    init(keptMillis: Int64) { self.keptMillis = keptMillis }

    /// Adds to a period.
    mutating func add(_ tally: RatingTally, startMillis: Int64) {
        sums[startMillis, default: RatingTally()].add(tally)
        changed.insert(startMillis)
    }

    /// Takes what a row says.
    mutating func restore(_ tally: RatingTally, startMillis: Int64) { sums[startMillis] = tally }

    /// Forgets what is older than it may be.
    mutating func forget(nowMillis: Int64) {
        for start in sums.keys where start < nowMillis - keptMillis {
            sums[start] = nil
            changed.insert(start)
        }
    }

    /// These rows are written.
    mutating func written(_ starts: some Sequence<Int64>) { changed.subtract(starts) }

    /// They are not after all.
    mutating func unwritten(_ starts: some Sequence<Int64>) { changed.formUnion(starts) }

    /// The newest, at most so many.
    func newest(_ countMax: Int) -> [RatingReport.Period] {
        sums.sorted { $0.key > $1.key }.prefix(max(countMax, 0)).map {
            RatingReport.Period(startMillis: $0.key, tally: $0.value)
        }
    }
}
