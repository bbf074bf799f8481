/// When and how the daily bill is compared with what was received.
public struct ReconciliationConfig: Sendable, Equatable {
    /// Where bills lie; nil: `<store.path>-bills`.
    public var folder: String?
    /// Hour of the day, Beijing time, from which on the bill of the day before is fetched.
    public var hour = 10
    /// Days before today that are caught up.
    public var catchUpDayCount = 3
    /// Questions about missing payments in one run.
    public var queryCountMax = 10_000

    /// The defaults.
    public init() {}

    static let keys: [SettingKey] = [
        .text("reconciliation.folder", ""),
        .integer("reconciliation.hour", 0...23, 10),
        .integer("reconciliation.catch_up_days", 0...30, 3),
        .integer("reconciliation.query_count", 0...1_000_000, 10_000),
    ]

    init(_ reader: SettingsReader) throws(SettingsError) {
        let path = try reader.text("reconciliation.folder")
        folder = path.isEmpty ? nil : path
        hour = try reader.integer("reconciliation.hour")
        catchUpDayCount = try reader.integer("reconciliation.catch_up_days")
        queryCountMax = try reader.integer("reconciliation.query_count")
    }
}
