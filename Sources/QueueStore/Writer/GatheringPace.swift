internal import MessageModel

/// Decides whether the writer waits a moment for callers that it has just answered, before it begins the next group.
///
/// Callers that send one message after another come back within microseconds of their answer. Without waiting, those that came in during the
/// last commit make a group of their own, and the same callers then commit in two halves for ever, each waiting for the other's sync. The wait
/// ends as soon as all are back and is never longer than half of what the last group took; where it was in vain it is left out for ever more
/// groups, up to ``skipCountMax``. A caller alone is never waited for, nor is one that brings many at once: it has gathered already, and while it does
/// so again the disk would idle. A pure state machine: moments are given to it.
struct GatheringPace {
    /// Groups at most that are not gathered after gathering was in vain.
    static let skipCountMax = 64
    /// Longest wait.
    static let waitNanosMax: UInt64 = 1_000_000

    /// Callers that are about: those answered, and those that waited before the answers.
    private(set) var expectedCount = 0
    /// When waiting ends; zero where there is nobody to wait for.
    private var deadline: UInt64 = 0
    private var skipsLeft = 0
    private var nextSkipCount = 1

    /// A group is about to be answered: `answered` callers of one message each will be, `waiting` commands came in meanwhile.
    mutating func expect(answered: Int, waiting: Int) {
        expectedCount = answered > 0 ? min(answered + waiting, Limits.groupCommandCountMax) : 0
    }

    /// The writer is ready for the next group; the last one took `groupNanos`.
    mutating func begin(waiting: Int, groupNanos: UInt64, at now: UInt64) {
        deadline = 0
        guard expectedCount > 1, waiting < expectedCount else { return }
        if skipsLeft > 0 {
            skipsLeft -= 1
            return
        }
        deadline = now + min(groupNanos / 2, Self.waitNanosMax)
    }

    /// Whether a group of `count` is to begin.
    func isEnough(_ count: Int, at now: UInt64) -> Bool { count >= expectedCount || now >= deadline }

    /// Nanoseconds until waiting ends; nil where nobody is waited for any more.
    func rest(at now: UInt64) -> UInt64? { now < deadline ? deadline - now : nil }

    /// A group of `count` begins: seven of eight expected callers were worth the wait.
    mutating func end(_ count: Int) {
        defer { (expectedCount, deadline) = (0, 0) }
        guard deadline > 0 else { return }
        if count * 8 >= expectedCount * 7 {
            nextSkipCount = 1
        } else {
            skipsLeft = nextSkipCount
            nextSkipCount = min(2 * nextSkipCount, Self.skipCountMax)
        }
    }
}
