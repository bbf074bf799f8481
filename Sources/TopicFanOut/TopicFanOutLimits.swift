public import HTTPDataPlane
internal import MessageModel

/// Bounds of the push to topic subscribers. A name ends in the unit of its value.
public enum TopicFanOutLimits {
    /// Milliseconds an endpoint has to answer (`cmq-protocol.md` §4.6).
    public static let answerMillisMax: UInt64 = 15_000
    /// Pushes under way in all.
    public static let slotCountMax = 256
    /// The largest value the settings take for it.
    public static let slotCountCeiling = 4_096
    /// One in so many slots, kept apart, is for subscribers that fail, are slow or have accepted nothing yet.
    static let slowShare = 4
    /// Pushes under way to one subscriber.
    static let windowMax = 32
    /// The same where its answers are slow.
    static let windowMaxSlow = 4
    /// Bytes of bodies that one subscriber has in memory, one message excepted: only those that have a place hold any.
    static let batchByteCountMax = 2_097_152
    /// Milliseconds of a mean answer above which a subscriber is slow.
    static let slowLatencyMillis = 1_000.0
    /// Milliseconds one receive waits for a message.
    static let pollMillis: UInt64 = 20_000
    /// Milliseconds a pulled message is hidden: some of its batch may wait for their places.
    static let visibilityMillis: UInt64 = 3_600_000
    /// Milliseconds of a lease that must be left behind the longest push when it starts: time for the commit.
    static let leaseSlackMillis: UInt64 = 5_000
    /// Milliseconds until the next try after a passing fault of ours.
    static let senderFaultMillis: UInt64 = 5_000
    /// Milliseconds until the next try after a fault of ours that somebody must repair, such as an endpoint the policy forbids.
    static let senderFaultMillisLong: UInt64 = 60_000
    /// How often a commit is tried; then its messages are released, and pushed again.
    static let commitTryCountMax = 5
    /// Milliseconds before the second try; doubled for each one after it.
    static let commitPauseMillis: UInt64 = 100
    /// Milliseconds after a receive that failed.
    static let storePauseMillis: UInt64 = 500
    /// Milliseconds between two looks at the topology; a change that is told is seen at once.
    static let topologyPollMillis: UInt64 = 1_000
    /// Milliseconds a graceful stop waits for pushes under way.
    public static let stopMillisMax: UInt64 = 20_000
    /// Milliseconds between two log lines about one kind of alarm; counters count all of them.
    static let alarmLogMillisMin: UInt64 = 60_000
    /// Subscribers named by the figures; failing ones come first.
    public static let subscriberFiguresCountMax = 1_000
    /// Bytes of an outcome that are kept.
    static let outcomeByteCountMax = 40
    /// Milliseconds a queue keeps what waits for a subscriber of a topic of money: after a day it moves to the dead-letter queue.
    static let moneyRetentionMillis: UInt64 = 172_800_000
    /// Rows deleted by one commit.
    static let rowDeletionCountMax = 256

    /// Bounds for the outbound client: a body of JSON may be six times the message's, and an answer's size is no reason to call a push failed.
    public static var outbound: OutboundLimits {
        var limits = OutboundLimits()
        limits.requestBodyByteCountMax = 6 * Limits.bodyByteCountMax + 4_096
        limits.answerBodyByteCountMax = 1_048_576
        return limits
    }
}
