/// What became of one API v2 notice.
public enum NoticeV2Verdict: Sendable {
    /// Authentic, ours, and a payment: store it durably, then answer success.
    case payment(PaidTransaction, V2SignType)
    /// Not taken.
    case refused(NoticeRefusal)
}
