internal import Engine
internal import MessageModel
internal import NoticeRating
internal import PaymentEntry
internal import PaymentNotice

extension DeliveryFailure {
    /// What a refusal is for the provider's rating; nil where it was made before anything showed that the platform had sent the request.
    init?(_ refusal: NoticeRefusal, _ generation: NoticeGeneration) {
        switch refusal {
        case .decryptFailed: self = .decryptFailed
        case .notOurs: self = .notOurs
        case .malformedPlaintext, .unsupportedResource: self = .malformed
        // Of API v2 this is said of bodies whose sign nobody has looked at.
        case .malformedEnvelope:
            if generation == .v2 { return nil }
            self = .malformed
        case .inconsistent, .resultCodeFail: self = .inconsistent
        case .missingHeader, .bodyTooLarge, .unsupportedMediaType, .timestampMalformed, .timestampOutOfWindow,
            .unsupportedSignatureType, .unknownSerial, .malformedXML, .forbiddenDTD, .returnCodeFail, .missingSign,
            .signatureMismatch:
            return nil
        }
    }

    /// What a store's refusal is for the provider's rating.
    init(_ error: BrokerError) {
        self =
            switch NotStoredReason(error) {
            case .storeFull: .storeFull
            case .overloaded: .storeOverloaded
            case .outcomeUnknown: .outcomeUnknown
            case .closed: .stopping
            case .other: .storeOther
            }
    }
}

extension AuthenticNotice {
    /// The payment it tells of; nil where it is no payment.
    var payment: OrderPaymentMessage? {
        if case .payment(let message) = kind { message } else { nil }
    }

    /// Of its idempotency key: the same in every delivery, in this process.
    var keyHash: Int? { transaction.sends.first?.messages.first?.key?.hashValue }

    /// What is remembered of it.
    var known: KnownNotice { KnownNotice(transactionID: payment?.transactionID ?? "", keyHash: keyHash) }

    /// The delivery as the platform sees it.
    func rated(_ fate: EntryFate, answeredAt: ContinuousClock.Instant) -> RatedAnswer {
        let outcome: RatedAnswer.Outcome =
            switch fate {
            case .stored: .stored
            case .duplicate: .repeated
            case .notStored(let error): .failed(DeliveryFailure(error))
            }
        return RatedAnswer(
            outcome, micros: (answeredAt - arrivedAt).wholeMicros,
            notice: keyHash)
    }
}

extension Duration {
    /// Whole microseconds; 0 where it is negative.
    var wholeMicros: UInt64 {
        UInt64(max(0, components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000))
    }
}
