internal import Engine
internal import PaymentNotice

/// What the checks say about one request.
enum Judgement<Receipt: EngineReceipt> {
    /// To be committed.
    case authentic(Transaction<Receipt>, AuthenticNotice<Receipt>.Kind, BodyHash)
    /// On the disk since an earlier commit: authentic, and the same body. The order number is empty where it is no payment.
    case known(transactionID: String)
    /// Not to be taken.
    case refused(NoticeRefusal, isProbe: Bool)
}
