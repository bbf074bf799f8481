/// The bounds of what the windows take.
public enum RiskWindowLimits {
    /// Largest amount of one event: ten billion yuan.
    public static let amountFenMax: Int64 = 1_000_000_000_000
    /// Most events that can be remembered: even if all of them carry the largest amount at one merchant, no sum leaves
    /// `Int64`. It is 2,562 events a second throughout an hour.
    public static let eventCountMax = Int(Int64.max / amountFenMax)
    /// Merchant indices lie below this.
    public static let merchantCountMax = 1 << 24

    /// Least number of places by which an array grows.
    static let growthCountMin = 1_024
}
