/// The bounds of this room. A name ends in the unit of its value.
public enum PlatformRestrictionsLimits {
    /// Notices taken by one receive; each leads to at most 3 changed rows.
    static let batchCountMax = 32
    /// Milliseconds a batch stays hidden from others: far above what applying it takes.
    static let visibilityMillis: UInt64 = 60_000
    /// Milliseconds one receive waits for a notice.
    static let pollMillisMax: UInt64 = 20_000
    /// Pause after the first failure, milliseconds; doubled with each further one up to ``pauseMillisMax``.
    static let pauseMillisMin: UInt64 = 100
    /// See ``pauseMillisMin``.
    static let pauseMillisMax: UInt64 = 5_000
    /// Announcements that are remembered one by one; the counts go on.
    public static let announcementCountMax = 512
    /// Bytes of a text in a remembered announcement.
    static let textByteCountMax = 256
    /// Bytes of an id in a remembered announcement.
    static let idByteCountMax = 64
    /// Cases the platform is asked about; what comes beyond stands as announced.
    public static let askCountMax = 10_000
    /// Milliseconds between two looks for cases to ask about.
    static let lookMillis: UInt64 = 10_000
    /// Pause after the first answer that settles nothing, milliseconds; doubled with each further one up to ``askPauseMillisMax``.
    static let askPauseMillisMin: Int64 = 60_000
    /// See ``askPauseMillisMin``.
    static let askPauseMillisMax: Int64 = 3_600_000
    /// Milliseconds between two looks at a case that the platform lists: its end is found also where the notice of it is lost.
    static let pollMillis: Int64 = 6 * 3_600_000
    /// Milliseconds the platform's list may lag behind its notices. So long after a notice, or after the moment it announced, a case that is missing opens
    /// nothing; and a case that was listed is lifted only when an answer so much later misses it again.
    static let listLagMillis: Int64 = 600_000
    /// Milliseconds without being listed after which a case that closes no payments is lifted and asked about no more: 7 days.
    static let unlistedMillisMax: Int64 = 7 * 86_400_000
    /// Log lines about one kind of alarm come at most this often, milliseconds.
    static let alarmLogMillisMin: UInt64 = 60_000
}
