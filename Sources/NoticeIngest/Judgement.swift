internal import Engine
internal import PaymentNotice

/// What the checks say about one request.
enum Judgement<Receipt: EngineReceipt> {
    /// To be committed.
    case authentic(Transaction<Receipt>, AuthenticNotice<Receipt>.Kind)
    /// Not to be taken.
    case refused(NoticeRefusal, isProbe: Bool)
}
