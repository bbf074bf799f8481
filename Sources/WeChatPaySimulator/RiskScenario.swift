/// The numbers of the story around risk control, all in one place: who fakes how much, how a rush looks, which rules
/// watch. When it happens stands in ``WorldTimeline``.
///
/// Rates are parts of the plan's rate in thousandths, with least counts so that a short plan tells the same story.
enum RiskScenario {
    /// Honest payments of the merchant that is going to fake: 10 a second of 200.
    static let honestPerMille = 50
    /// Least honest payments before the first fake.
    static let honestCountMin = 48
    /// What its honest orders are worth, fen: a small shop, so that what it fakes stands out.
    static let honestAmountsFen = 100..<6_001
    /// Fake payments: 15 a second of 200.
    static let fakePerMille = 75
    /// Least fake payments of a run.
    static let fakeCountMin = 60
    /// What a fake order is worth, fen.
    static let fakeAmountsFen = 30_000..<90_001
    /// Payers a faker pays by; more than the rules want to see.
    static let fakePayerCount = 16

    /// Payments of the merchant with the rush outside of it: 6 a second of 200.
    static let calmPerMille = 30
    /// Least calm payments of a run.
    static let calmCountMin = 60
    /// Tenths of its calm rate that it has in the rush.
    static let rushFactorTenths = 35

    /// Name and version of the demo's rules.
    static let ruleSet = "demo-1"
    /// How long an automatic block lasts, minutes: beyond the end of any demo.
    static let blockMinutes = 60
    /// Window of the soar rule; as long as the whole demo or longer.
    static let soarWindow = "1m"
    /// An amount so many times the merchant's own mean of that window is a soar.
    ///
    /// In a demo the window only fills, and the mean over time of something that grows evenly is half of it: whoever sells
    /// at an even rate stands at 2; the rush and the late merchant's registration come to about 3, in twenty seeds to 3.4
    /// at most. The faker passes 5 after about a second.
    static let soarFactor = 5
    /// Least orders in the window of a soar.
    static let soarOrderCountMin = 10
    /// Least distinct payers in the window of a soar.
    static let soarPayerCountMin = 8
    /// A soar wants as many orders of history as the busiest honest merchant has after so long, milliseconds. Event times
    /// are whole seconds: in a merchant's first moments one second with few orders before one with many looks like a soar.
    static let soarHistoryMillis = 4_000
    /// Window of the cap.
    static let capWindow = "10m"
    /// The cap, in hundredths of what the busiest honest merchant takes in the whole run.
    static let capPercent: Int64 = 150

    /// Deliveries of each decision the callback's receiver answers 503 before it takes one.
    static let callbackRefusalCount = 1
    /// Runs of so many seconds and more leave enough time between the first fake order and the end for the gate to
    /// refuse some; shorter ones must only end in a block.
    static let refusalExpectedFromSeconds = 12
}
