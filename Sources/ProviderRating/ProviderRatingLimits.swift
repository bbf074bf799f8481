/// The bounds of this room. A name ends in the unit of its value.
enum ProviderRatingLimits {
    /// Milliseconds between two looks at the alarm.
    static let lookMillis: UInt64 = 10_000
    /// Milliseconds between two writes of changed rows.
    static let writeMillis: Int64 = 60_000
    /// Rows in one call of the store.
    static let rowBatchCountMax = 100
    /// Log lines about a store that does not take the rows come at most this often.
    static let alarmLogMillisMin: Int64 = 60_000
}
