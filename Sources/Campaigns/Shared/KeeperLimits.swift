/// The bounds of keeping definitions and of counting orders for them. A name ends in the unit of its value.
public enum KeeperLimits {
    // MARK: Counting

    /// How far the event clock goes past a definition's end until it is closed: 7 days. Then nothing is counted any more, and what was remembered of
    /// single orders and payers is swept.
    public static let closedAfterMillis: Int64 = 604_800_000
    /// Campaigns not closed that may concern one merchant. An order changes three rows for each (itself, payer, figures) and the control row:
    /// 32 × 3 + 1 = 97, within ``TopicConsumer/ConsumerLimits/partsPerOrderMax``, which is 120.
    public static let campaignsPerMerchantCountMax = 32
    /// Promotions not closed that may concern one merchant. A grant is a message besides the three rows: 28 × 4 + 1 = 113, within the same 120.
    public static let promotionsPerMerchantCountMax = 28
    /// Bytes of a payer or transaction id that stand in a key as they are; of longer ones a hash does. Prefix (1), number (4), form (1) and these
    /// stay within ``MessageModel/Limits/stateKeyByteCountMax``, which is 64.
    public static let keyTextByteCountMax = 57

    // MARK: Sweeping

    /// Rows deleted by one step, a commit of its own.
    public static let sweepRowCountMax = 256
    /// Milliseconds between two looks for rows to sweep.
    public static let sweepMillis: UInt64 = 3_600_000
    /// Removed definitions whose rows wait to be swept; with more, nothing is removed.
    public static let removedCountMax = 4_096

    // MARK: Telling

    /// Milliseconds between two lines about failures.
    public static let failureLogMillisMin: UInt64 = 60_000
}
