/// How orders and refunds are recovered of which nobody tells (`wechat-pay.md` §4.2); in force where `wechat.api_url` is set.
public struct RecoverySettings: Sendable, Equatable {
    /// Seconds from an announcement to the first question.
    public var firstQuerySeconds = 60
    /// Seconds an announced order lives whose end was not told.
    public var orderLifeSeconds = 7_200
    /// Seconds an announced refund lives.
    public var refundLifeSeconds = 604_800
    /// Questions a second.
    public var queriesPerSecond = 20
    /// Questions under way at once.
    public var queriesInFlightMax = 8
    /// Milliseconds an announcement may be in memory only: what a crash can forget.
    public var writeBehindMillis = 250
    /// Announcements open at once.
    public var announcementCountMax = 1_048_576

    /// The defaults.
    public init() {}

    /// Reads the settings.
    init(_ reader: SettingsReader) throws(SettingsError) {
        firstQuerySeconds = try reader.integer("recovery.first_query_seconds")
        orderLifeSeconds = try reader.integer("recovery.order_life_seconds")
        refundLifeSeconds = try reader.integer("recovery.refund_life_seconds")
        queriesPerSecond = try reader.integer("recovery.queries_per_second")
        queriesInFlightMax = try reader.integer("recovery.queries_in_flight")
        writeBehindMillis = try reader.integer("recovery.write_behind_millis")
        announcementCountMax = try reader.integer("recovery.announcements_max")
    }
}
