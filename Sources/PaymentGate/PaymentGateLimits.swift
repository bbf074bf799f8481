/// The bounds of the payment gate. A name ends in the unit of its value.
public enum PaymentGateLimits {
    /// Bytes of a payment request.
    public static let bodyByteCountMax = 4_096
    /// Arrays and objects open at once in a payment request.
    public static let depthMax = 4
    /// Values and member names in a payment request.
    public static let nodeCountMax = 64

    /// Bytes of a merchant number, of a store or device id, of an order number (`wechat-pay.md` §2).
    public static let idByteCountMax = 32
    /// Bytes of a refund's number (`wechat-pay.md` §1.8).
    public static let outRefundNoByteCountMax = 64
    /// Days by which an order's end may be ahead.
    public static let expiresDaysMax: Int64 = 30
    /// Largest amount in fen: 10 million yuan.
    public static let amountFenMax: Int64 = 1_000_000_000
}
