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
}
