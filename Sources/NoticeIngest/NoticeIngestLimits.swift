/// The bounds of this room.
enum NoticeIngestLimits {
    /// Notices between arrival and answer; one more is answered 503 before any work is done for it.
    static let noticesInFlightMax = 4_096
    /// Body bytes of these notices.
    static let noticeBytesInFlightMax = 16_777_216
    /// How long the end of the service waits for answers under way: WeChat Pay gives up after 5 s by itself.
    static let drainMillisMax = 5_000
    /// Names of unknown event types that are counted one by one; the platform has some 60 that are not ours, of which one receiver
    /// sees few.
    static let unknownEventTypeCountMax = 32
    /// Notices of unknown serials that wait for keys the platform is being asked for; further ones are refused.
    static let waitingForKeysCountMax = 256
    /// Body bytes of one that may wait: the platform's have some 2 kB, and whoever forges a serial must not hold the door's room for nothing.
    static let waitingBodyByteCountMax = 65_536
    /// Body bytes of all that wait.
    static let waitingForKeysByteCountMax = 1_048_576
    /// Milliseconds they wait at most: half of what the platform grants for an answer.
    static let waitingForKeysMillisMax: UInt64 = 2_500
    /// Notices of one event-loop turn that go to the store together; more are handed over in parts.
    static let handOverCountMax = 16
    /// Bodies of committed notices that are known again, of each generation: about 10 MB when full.
    static let knownBodyCountMax = 65_536
    /// Orders with answered repeats that are not counted in their rows yet; beyond it a known body goes the whole way, which is slower.
    static let uncountedRepeatCountMax = 16_384
    /// Orders whose repeats are counted in one commit call.
    static let repeatCommitCountMax = 256
    /// Tries to count a repeat in a row that others change at the same time.
    static let repeatTryCountMax = 3
    /// Log lines about one kind of alarm come at most this often; counters count all of them.
    static let alarmLogMillisMin: UInt64 = 60_000
    /// The largest value the settings take for a bound of notices in flight.
    static let noticesInFlightCeiling = 65_536
    /// Buckets of answer times, microseconds.
    static let answerBucketsMicros: [UInt64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000,
    ]
}
