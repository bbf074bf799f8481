/// The bounds of this room. A name ends in the unit of its value.
public enum RiskLimits {
    // MARK: Rule file

    /// Bytes of a rule file.
    public static let ruleFileByteCountMax = 16_384
    /// Bytes of one of its lines.
    public static let ruleLineByteCountMax = 1_024
    /// Rules in a rule set.
    public static let ruleCountMax = 32
    /// Bytes of the name of a rule or rule set.
    public static let nameByteCountMax = 32
    /// Length of a block, minutes: an hour where the file does not say, never over 4 hours without new evidence.
    public static let blockMinutes = 1...240
    /// See ``blockMinutes``.
    public static let blockMinutesDefault = 60
    /// How late an order may be and still lead to a block, minutes.
    public static let latenessMinutes = 1...59
    /// See ``latenessMinutes``.
    public static let latenessMinutesDefault = 30
    /// How long a transaction id is remembered, hours.
    public static let dedupeHours = 1...24
    /// See ``dedupeHours``.
    public static let dedupeHoursDefault = 24
    /// A cap, fen: up to a billion yuan.
    public static let capFen: ClosedRange<Int64> = 1...100_000_000_000
    /// A factor in hundredths: 1.01 to 1,000.
    public static let factorHundredths = 101...100_000
    /// Mean tickets up to which one payer counts in a soar.
    public static let payerTickets = 1...1_000
    /// Orders or payers a rule may ask for.
    public static let floorCount = 1...100_000

    // MARK: Memory

    /// Merchants known at once, ten times what a registry may hold.
    public static let merchantCountMax = 2_000_000
    /// Bytes of a merchant number.
    public static let merchantIDByteCountMax = 32
    /// Orders remembered at once, for repeats and windows. Where more come within ``dedupeHours`` the oldest are forgotten early, counted.
    public static let recentOrderCountMax = 4_000_000
    /// Orders of a merchant looked through, newest first, for the samples of a decision.
    public static let sampleScanCountMax = 64
    /// Orders of a merchant looked through, newest first, to see whether a soar stands where no payer counts for much. In a window with more the
    /// older ones count in full.
    public static let soarScanCountMax = 16_384
    /// Orders named in a decision.
    public static let sampleCountMax = 5
    /// Rows of forgotten orders that go with one change.
    public static let endedSegmentStep = 16
    /// Decisions kept; older ones are deleted one by one.
    public static let decisionCountMax = 100_000
    /// Bytes of what a person notes when releasing.
    public static let noteByteCountMax = 200
    /// Bytes of an encoded decision.
    public static let decisionByteCountMax = 1_900
}
