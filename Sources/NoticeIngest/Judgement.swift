internal import Engine
internal import PaymentNotice

/// What the checks say about one request.
enum Judgement<Receipt: EngineReceipt> {
    /// To be committed.
    case authentic(Transaction<Receipt>, AuthenticNotice<Receipt>.Kind, BodyHash)
    /// On the disk since an earlier commit: authentic, and the same body.
    case known(KnownNotice)
    /// Not to be taken.
    case refused(NoticeRefusal, isProbe: Bool)
}
