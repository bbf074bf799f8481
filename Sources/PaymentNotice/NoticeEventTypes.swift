/// The event types of API v3 that this version knows (wechat-pay §1.4). The set is open: others are taken too, kept, and shown to the
/// operator as unknown.
public enum NoticeEventTypes {
    /// Results of refunds.
    public static let refunds: Set<String> = ["REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"]
    /// Disposals of merchants: punished, blocked by risk rules, appealed.
    public static let violations: Set<String> = ["VIOLATION.PUNISH", "VIOLATION.INTERCEPT", "VIOLATION.APPEAL"]
    /// Restrictions put on merchants or taken off.
    public static let restrictions: Set<String> = [
        "MERCHANT_NOTIFY.NOTIFY", "MANAGERECORD.CHANGE", "BLOCKRECORD.CHANGE", "BLOCKSUBMISSION.CHANGE",
    ]
    /// All that are known.
    public static let known: Set<String> = refunds.union(violations).union(restrictions).union([
        NoticeEnvelope.paymentEventType, "TRANSACTION.FAIL", "SECURITY_ECHO.SUCCESS",
    ])
}
