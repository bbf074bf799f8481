internal import PaymentEntry

/// How long to wait for the next question: pauses that double, a little shortened by chance. Pure.
struct RecoveryLadder: Sendable {
    private let firstMillis: Int64
    private let jitterPermille: UInt64
    /// State of SplitMix64: what a seed repeats.
    private var state: UInt64

    init(_ settings: OrderRecoverySettings) {
        firstMillis = max(settings.firstQueryMillis, 1)
        jitterPermille = UInt64(min(max(settings.jitterPermille, 0), 1_000))
        state = settings.seed
    }

    /// The pause before the question after `tryCount` answered ones, without chance: first, first, 2 · first, 4 · first, … up to the longest.
    func pauseMillis(tryCount: Int, kind: AnnouncementKey.Kind) -> Int64 {
        let most =
            switch kind {
            case .order: OrderRecoveryLimits.orderPauseMillisMax
            case .refund: OrderRecoveryLimits.refundPauseMillisMax
            }
        return Self.doubled(firstMillis, times: tryCount - 1, most: max(most, firstMillis))
    }

    /// A pause after so many doublings, at most `most`; none below zero, and no more than 30, by which every pause here is at its longest.
    static func doubled(_ first: Int64, times: Int, most: Int64) -> Int64 {
        min(first << Int64(min(max(times, 0), 30)), most)
    }

    /// When to ask next; the last question is ``lastMillis(_:)``, and never an earlier one falls close before it.
    mutating func nextMillis(_ announcement: Announcement, tryCount: Int, fromMillis: Int64) -> Int64 {
        let pause = pauseMillis(tryCount: tryCount, kind: announcement.key.kind)
        let due = fromMillis + pause - pause * Int64(chance() % (jitterPermille + 1)) / 1_000
        let last = Self.lastMillis(announcement)
        return due + pause / 4 > last ? max(last, fromMillis) : due
    }

    /// When the last question is due.
    static func lastMillis(_ announcement: Announcement) -> Int64 {
        announcement.endsAtMillis + OrderRecoveryLimits.lastQueryMillis
    }

    private mutating func chance() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
