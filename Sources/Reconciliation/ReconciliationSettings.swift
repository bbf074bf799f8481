/// How the reconciliation works.
public struct ReconciliationSettings: Sendable, Equatable {
    /// Where bills are kept while they are compared, and for a few days.
    public var folder: String
    /// Hour of the day, Beijing time, from which on the bill of the day before is fetched; the platform makes it from 9:00 on.
    public var hour: Int
    /// Days before today that are caught up where they were missed.
    public var catchUpDayCount: Int
    /// Questions to the platform about missing payments in one run.
    public var queryCountMax: Int

    /// Makes settings.
    public init(folder: String, hour: Int = 10, catchUpDayCount: Int = 3, queryCountMax: Int = 10_000) {
        self.folder = folder
        self.hour = hour
        self.catchUpDayCount = catchUpDayCount
        self.queryCountMax = queryCountMax
    }
}
