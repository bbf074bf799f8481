internal import Engine
internal import HTTPDataPlane
internal import PaymentEntry
internal import PaymentNotice

/// A notice that passed every check, with what has to be committed before it may be answered.
///
/// A class, because generic code copies a struct of this size field by field, and each notice is handed on some ten times.
final class AuthenticNotice<Receipt: EngineReceipt>: Sendable {
    /// What it tells.
    enum Kind: Sendable {
        /// A payment; kept for the comparison with the first notice where this one is a repeat.
        case payment(OrderPaymentMessage)
        /// Anything else, by its event type, and the announced refund it tells of.
        case other(eventType: String, settles: AnnouncementKey?)

        /// What is no longer only announced once this notice is stored.
        var settled: AnnouncementKey? {
            switch self {
            case .payment(let message): .order(merchantID: message.merchantID, outTradeNo: message.outTradeNo)
            case .other(_, let settles): settles
            }
        }
    }

    /// Waits for the answer.
    let exchange: DataPlaneExchange
    /// In which form it is answered.
    let generation: NoticeGeneration
    /// Published message and changed row, all or nothing.
    let transaction: Transaction<Receipt>
    /// What it tells.
    let kind: Kind
    /// Of the request's body, to be known again.
    let bodyHash: BodyHash
    /// Bytes of the request's body.
    let byteCount: Int
    /// When it arrived, on the process's continuous clock.
    let arrivedAt: ContinuousClock.Instant

    init(
        _ notice: AdmittedNotice, generation: NoticeGeneration, transaction: Transaction<Receipt>, kind: Kind,
        bodyHash: BodyHash
    ) {
        exchange = notice.exchange
        byteCount = notice.byteCount
        arrivedAt = notice.arrivedAt
        self.generation = generation
        self.transaction = transaction
        self.kind = kind
        self.bodyHash = bodyHash
    }
}
