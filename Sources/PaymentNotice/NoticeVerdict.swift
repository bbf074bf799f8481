/// What became of one notice.
public enum NoticeVerdict: Sendable {
    /// Authentic, ours, and a payment: store it durably, then answer success.
    case payment(PaidTransaction, NoticeEnvelope)
    /// Authentic and not a payment: keep the decrypted text for `platform-notices`, then answer success.
    case other(NoticeEnvelope, plaintext: [UInt8])
    /// Not taken. `probe` tells the platform's deliberate bad signatures from the others: count them apart and do not
    /// alarm. The answer is the same.
    case refused(NoticeRefusal, probe: Bool)
}
