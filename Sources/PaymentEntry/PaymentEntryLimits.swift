/// The bounds of this room. A name ends in the unit of its value.
public enum PaymentEntryLimits {
    /// Announcements that are open at once, where nothing else is said: some 300 bytes each in memory.
    public static let announcementCountMax = 1_048_576
    /// The least and largest values the settings take for it.
    public static let announcementCountRange = 1_024...8_388_608
    /// Parts of the announcement book with a lock of their own.
    static let shardCount = 16
    /// Bytes of an order's number at its caller (`wechat-pay.md` §1.6).
    public static let outTradeNoByteCountMax = 32
    /// Bytes of a refund's number at its caller (`wechat-pay.md` §1.8).
    public static let outRefundNoByteCountMax = 64
    /// Milliseconds by which an announcement that comes again must end later to count as a new one.
    static let renewalMillisMin: Int64 = 60_000
    /// Milliseconds an announcement lives at least, whatever end its caller tells.
    public static let lifeMillisMin: Int64 = 900_000
    /// Found orders and refunds that the operator is shown.
    public static let foundCountMax = 100
}
