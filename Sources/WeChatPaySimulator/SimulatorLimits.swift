/// The bounds of a simulation, each with its unit in the name.
public enum SimulatorLimits {
    /// Payments of one run: all are planned beforehand and kept in memory.
    public static let paymentCountMax = 200_000
    /// Merchants of one run; every special role takes one, so there is a least number too.
    public static let merchantCountRange = MerchantRole.allCases.count...200
    /// Shops of one merchant.
    public static let shopsPerMerchantRange = 1...50
    /// Payments per second.
    public static let rateRange = 1...20_000
    /// How long payments are made, seconds.
    public static let secondsRange = 1...3_600
    /// Shoppers of one run.
    static let shopperCount = 2_000
    /// How long a till goes on asking a gate that does not answer, milliseconds.
    static let gatePatienceMillis = 20_000
    /// The pause between two questions to a gate that does not answer, milliseconds.
    static let gatePauseMillis = 200
    /// One call to the gate or to the operator's API, milliseconds.
    static let callMillisMax = 5_000
    /// How long an operator's change is tried while the daemon is away, milliseconds.
    static let operatorPatienceMillis = 20_000
    /// The pause between two tries of an operator's change, milliseconds.
    static let operatorPauseMillis = 200
    /// How long the daemon may take until it serves, milliseconds.
    static let daemonReadyMillisMax = 60_000
    /// How long the daemon may take to stop after SIGTERM, milliseconds.
    static let daemonStopMillisMax = 40_000
    /// How often the daemon's output and state are looked at, milliseconds.
    static let daemonPollMillis = 20
    /// The longest beginning of the daemon's standard output that is searched for the ready line.
    static let daemonOutputByteCountMax = 65_536
    /// Entries asked of the operator's API at once in a list.
    static let listPageSize = 100
    /// Pages of a list that are read; a demo has few restrictions and decisions.
    static let listPageCountMax = 100
    /// Connections of the simulated platform to one provider.
    static let connectionsPerEndpointMax = 512
    /// Orders asked of the operator's API at the same time in the audit.
    static let auditParallelCount = 16
    /// How long the synchronous provider waits for a merchant, milliseconds: well beyond the platform's patience.
    static let synchronousPushMillisMax = 5_000
    /// Ports the demo takes for the daemon. Below the range systems hand out for outgoing connections: a port of that
    /// range could be taken by one while the daemon is away, or connect to itself.
    static let daemonPorts: ClosedRange<UInt16> = 18_080...28_080
    /// How much of the daemon's log an error shows.
    static let lastWordsByteCount = 600
    /// The pause between two looks at what is still under way, milliseconds.
    static let auditPauseMillis = 250
    /// Where nothing moves, progress is shown this often, seconds.
    static let quietProgressSeconds = 10
    /// Rounds of the audit before it says what it waits for.
    static let quietAuditRoundCount = 8
    /// How long the demo waits for deliveries after the last payment, milliseconds. Longer than a lease of the daemon's
    /// push (60 s): what was under way when it was killed is given out again only then.
    static let settleMillisMax = 80_000

    // MARK: The platform server

    /// Orders a platform keeps.
    static let platformOrderCountMax = 200_000
    /// Refunds of one order (wechat-pay §4; the platform's own bound is 50).
    static let platformRefundCountMax = 50
    /// Certificates in force at once; receivers hold at most sixteen keys.
    static let platformCertificateCountMax = 8
    /// Restrictions in force at once.
    static let platformRestrictionCountMax = 10_000
    /// Notices that wait or are being delivered at the same time; above, no more are taken.
    static let platformNoticeCountMax = 100_000
    /// Copies of one delivery sent at once.
    static let platformCopyCountMax = 16
    /// Merchants that call the platform themselves, in direct mode.
    static let platformCallerCountMax = 1_000
    /// Links to bills that live at the same time; the oldest go first.
    static let platformBillLinkCountMax = 64
    /// How long a link to a bill lives, milliseconds (wechat-pay §4.1).
    static let platformBillLinkMillis: Int64 = 300_000
    /// Differences planted in the bill of one day.
    static let platformDifferenceCountMax = 1_000
    /// The longest answer delay, milliseconds.
    static let platformDelayMillisMax = 60_000
    /// The widest clock skew, seconds.
    static let platformSkewSecondsMax: Int64 = 86_400
    /// How much of the signed text an error answer shows, bytes.
    static let platformShownMessageByteCount = 256
}
