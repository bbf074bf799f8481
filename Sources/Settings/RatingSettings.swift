/// When the provider's rating is in danger. Both limits are looked at over the last 5 minutes; half of what they leave room for is a warning.
public struct RatingSettings: Sendable, Equatable {
    /// Share of deliveries that must be answered with success and in time.
    public var alarmSuccessRate = 0.999
    /// Milliseconds within which 99 % of the deliveries must be answered.
    public var alarmP99Millis = 1_000

    /// The defaults.
    public init() {}
}
