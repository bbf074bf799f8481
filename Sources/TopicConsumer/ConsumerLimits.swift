/// The bounds of this room. A name ends in the unit of its value.
public enum ConsumerLimits {
    /// Messages taken by one receive.
    public static let batchCountMax = 128
    /// Changed rows, sent messages and acknowledgements at which a commit is cut. One message adds at most ``partsPerOrderMax`` more, and all
    /// together stay within ``MessageModel/Limits/transactionPartCountMax``.
    public static let partCountCut = 384
    /// Changed rows and sent messages that one order may lead to.
    public static let partsPerOrderMax = 120
    /// How long a batch stays hidden from others: far above what applying and committing it takes. Where a consumer hangs for longer, its commit
    /// is refused and it starts again from the rows.
    public static let visibilityMillis: UInt64 = 60_000
    /// How long one receive waits for a message.
    public static let pollMillisMax: UInt64 = 20_000
    /// Pause after the first failure; doubled with each further one up to ``pauseMillisMax``.
    public static let pauseMillisMin: UInt64 = 100
    /// See ``pauseMillisMin``.
    public static let pauseMillisMax: UInt64 = 5_000
    /// Changes by an operator that wait for their turn beside the running work.
    public static let waitingChangeCountMax = 256

    /// The largest amount of one order, fen: ten million yuan, as at the payment gate.
    public static let amountFenMax: Int64 = 1_000_000_000
    /// The only currency whose amounts can be added up.
    public static let currency = "CNY"
    /// Earliest event time, Unix milliseconds: 2013-01-01, before the platform's first payment.
    public static let eventMillisMin: Int64 = 1_356_998_400_000
    /// How far an event time may lie ahead of the moment our store took the message: the skew of two clocks. What is less ahead counts as paid
    /// when it was stored, so that one clock that runs fast cannot move everybody's windows.
    public static let clockAheadMillisMax: Int64 = 300_000
    /// Set-aside messages that are remembered one by one; the counts go on.
    public static let setAsideRowCountMax = 512
    /// Bytes of a text in a remembered set-aside message.
    public static let setAsideTextByteCountMax = 64
}
