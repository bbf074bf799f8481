internal import HTTPDataPlane

/// The bounds of calls to the platform. A name ends in the unit of its value.
public enum WeChatPayLimits {
    /// Calls under way; one more is not started.
    public static let callsInFlightMax = 64
    /// The body of one answer; an order with 20 coupons has 14.5 kB, a list of certificates some 10.
    public static let answerByteCountMax = 1_048_576
    /// The whole of one try, from the name lookup to the last byte, milliseconds.
    public static let tryMillisMax = 10_000
    /// After the first host was not reached, the spare host is asked first for this long, milliseconds.
    public static let spareFirstMillis: UInt64 = 60_000
    /// Bytes of an order's, refund's or merchant's number as it is given.
    public static let numberByteCountMax = 64
    /// Certificates of one list.
    public static let certificateCountMax = 32
    /// The ciphertext of one certificate.
    public static let sealedCertificateByteCountMax = 16_384
    /// Functions, and cases, of one merchant that are read.
    public static let limitationCountMax = 1_000
    /// Text of the platform that is taken over into errors and answers.
    static let textByteCountMax = 512
    /// The codes of a 404 that is the platform's own word (wechat-pay §1.9, of orders in both spellings; of bills that there is none).
    static let notFoundCodes: Set<String> = [
        "ORDER_NOT_EXIST", "ORDERNOTEXIST", "NOT_FOUND", "RESOURCE_NOT_EXISTS", "NO_STATEMENT_EXIST",
    ]
    /// A code of an error answer.
    static let codeByteCountMax = 64
    /// A bill as it comes over the wire.
    public static let billByteCountMax = 8_589_934_592
    /// The whole download of a bill, seconds.
    public static let billSecondsMax: Int64 = 3_600
    /// Between two parts of a bill, seconds.
    static let billPauseSecondsMax: Int64 = 60
    /// The address of a bill.
    static let billURLByteCountMax = 2_048

    /// Bounds of the connections to the platform.
    static var outbound: OutboundLimits {
        var limits = OutboundLimits()
        limits.connectionsPerEndpointMax = callsInFlightMax
        limits.connectionCountMax = 2 * callsInFlightMax
        limits.waitingRequestCountMax = callsInFlightMax
        limits.answerBodyByteCountMax = answerByteCountMax
        return limits
    }
}
