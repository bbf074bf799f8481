/// The bounds of this room. A name ends in the unit of its value.
public enum RiskControlLimits {
    /// Callbacks loaded into memory; more wait on the disk.
    public static let loadedCallbackCountMax = 10_000
    /// Callbacks under way at once, each of another merchant.
    public static let callbackInFlightCountMax = 16
    /// Restrictions that wait to be put or lifted; the consumer waits above it.
    public static let waitingRestrictionCountMax = 1_024
    /// Time limit of one callback, milliseconds.
    public static let callbackMillisMax = 5_000
    /// Pauses between tries of one callback, milliseconds; the last one repeats until the callback is answered.
    public static let callbackPausesMillis: [Int64] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000]
    /// Pause after the store did not put or lift a restriction, or did not forget finished callbacks, milliseconds.
    public static let storePauseMillis: UInt64 = 200
    /// Finished callbacks that are forgotten by one commit.
    public static let finishedCountMax = 256
    /// Decisions looked through for one page of one merchant.
    public static let decisionScanCountMax = 5_000
    /// Decisions in one page.
    public static let pageCountMax = 1_000
    /// Log lines about one kind of alarm come at most this often; counters count all of them.
    public static let alarmLogMillisMin: UInt64 = 60_000
}
