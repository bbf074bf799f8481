/// The bounds of the provider's rating. A name ends in the unit of its value.
public enum RatingLimits {
    /// An answer later than this is a failure (`wechat-pay.md` §2.1).
    public static let answerMicrosMax: UInt64 = 5_000_000
    /// Upper ends of the buckets of answer times, microseconds. Changing them takes a new version of the rows.
    public static let answerBucketsMicros: [UInt64] = [
        100, 200, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000,
        150_000, 200_000, 300_000, 400_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000, 5_000_000,
    ]
    /// What the alarm looks at: so many slots of so many milliseconds, together 5 minutes.
    public static let windowSlotCount = 30
    /// See ``windowSlotCount``.
    public static let windowSlotMillis: Int64 = 10_000
    /// Deliveries in the window below which nothing is concluded from their shares and times.
    public static let alarmDeliveryCountMin: UInt64 = 100
    /// Failed deliveries in the window that are an alarm where none succeeded, however few there are.
    public static let alarmFailureCountMin: UInt64 = 5
    /// Requests in the window that nothing showed to be the platform's, which are a warning where nothing else came.
    public static let warningUnverifiedCountMin: UInt64 = 5
    /// Milliseconds for which the figures must be better before the alarm falls: as long as the window.
    public static let alarmFallMillis: Int64 = 300_000
    /// Failed notices that are remembered until they are seen again; the oldest goes first.
    public static let failedNoticeCountMax = 65_536
    /// Hours that wait to be taken from the ledger; what comes beyond is added to the latest of them.
    public static let openHourCountMax = 48
    /// Milliseconds an hour is kept: 35 days.
    public static let hourKeptMillis: Int64 = 35 * 86_400_000
    /// Milliseconds a day is kept: 400 days.
    public static let dayKeptMillis: Int64 = 400 * 86_400_000
    /// Hours and days in one report.
    public static let reportHourCountMax = 840
    /// See ``reportHourCountMax``.
    public static let reportDayCountMax = 400
}
