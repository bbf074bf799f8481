/// The bounds of this room. A name ends in the unit of its value.
public enum OrderRecoveryLimits {
    /// Milliseconds until the first question: `wechat-pay.md` §4.2 says at most a minute.
    public static let firstQueryMillis: Int64 = 60_000
    /// Questions a second, and at once.
    public static let queriesPerSecond = 20
    /// See ``queriesPerSecond``.
    public static let queriesInFlightMax = 8
    /// Milliseconds an announcement may be in memory only.
    public static let writeBehindMillis: Int64 = 250
    /// Pauses are shortened by up to this share, so that what was announced together is not asked for together.
    public static let jitterPermille: Int64 = 100
    /// The longest pause between two questions for an order, milliseconds.
    static let orderPauseMillisMax: Int64 = 1_800_000
    /// The longest pause between two questions for a refund, milliseconds: a bank may take days.
    static let refundPauseMillisMax: Int64 = 21_600_000
    /// Milliseconds after an order's end at which it is asked for the last time: what was paid in its last moment is known by then.
    static let lastQueryMillis: Int64 = 60_000
    /// Milliseconds an announcement stays behind its last question while the platform gives no answer to it; then the bill must find it.
    static let unansweredMillisMax: Int64 = 86_400_000
    /// The first pause of one announcement after a call that failed, milliseconds; doubled for each further one.
    static let failurePauseMillis: Int64 = 5_000
    /// The longest of these pauses, and of those of all questions, milliseconds.
    static let failurePauseMillisMax: Int64 = 300_000
    /// The first pause of all questions after a call that failed, milliseconds; doubled for each further one.
    static let platformPauseMillis: Int64 = 1_000
    /// The bucket of the budget holds one question, or this share of a second's.
    static let burstShare = 10
    /// Milliseconds after the store did not take a payment or rows; doubled for each further time of one payment.
    static let storePauseMillis: Int64 = 500
    /// The longest of these pauses, milliseconds.
    static let storePauseMillisMax: Int64 = 60_000
    /// Milliseconds a payment may be old to enter: its key in the store holds for 100 days, and beyond that it could enter twice.
    static let paidAgeMillisMax: Int64 = 95 * 86_400_000
    /// Rows changed by one transaction, and transactions given to the store at once.
    static let rowsPerTransaction = 256
    /// See ``rowsPerTransaction``.
    static let transactionsPerCommit = 16
    /// Operators' questions that wait for their answer.
    static let waitingAskCountMax = 64
    /// Entries of the due order above twice the cases and this many: then the left-over ones are thrown out.
    static let dueSlackCount = 65_536
    /// Milliseconds the age of the oldest announcement may be old: it is found by looking through all of them.
    static let oldestMillisMax: Int64 = 5_000
    /// Log lines about one kind of alarm come at most this often; counters count all of them.
    static let alarmLogMillisMin: Int64 = 60_000
}
