/// Every bound of the windows' benchmark in one place. A name ends in the unit of its value.
enum RiskLimits {
    /// What the events are made from.
    static let seed: UInt64 = 20_251_125
    /// Events measured in each cell of each pass where the user does not say.
    static let eventCountDefault = 4_000_000
    static let eventCountMax = 100_000_000
    /// Passes where the user does not say.
    static let passCountDefault = 3
    static let passCountMax = 99
    /// Events timed one by one in each cell of each pass, at most.
    static let timedCountMax = 1_000_000
    /// How many events are announced at once.
    static let batchCount = 64
    /// How much later than its neighbours an event may come.
    static let jitterMillis: Int64 = 3_000
    /// The first event: a day of October 2025.
    static let startMillis: Int64 = 1_760_000_000_000
    /// Customers of all merchants together.
    static let payerCount = 5_000_000
    /// Customers of one merchant who come again and again; every fourth event is one of theirs.
    static let regularCount = 16
    /// Largest amount.
    static let amountFenMax = 50_000
    /// Events of a smoke cell, and its share of the event rate: its hour is full and gone over several times.
    static let smokeEventCount = 12_000
    static let smokeEventsPerHour = 3_000
    /// Calls between two comparisons with a recount in smoke mode.
    static let smokeCompareEvery = 400
    /// Merchants of a smoke cell at most.
    static let smokeMerchantCountMax = 50
}
