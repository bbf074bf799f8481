internal import Engine
internal import MessageModel
internal import PaymentEntry
internal import Telemetry

extension NotStoredReason {
    /// The label of a store's refusal.
    init(_ error: BrokerError) {
        self =
            switch error {
            case .storeFull: .storeFull
            case .overloaded: .overloaded
            case .outcomeUnknown: .outcomeUnknown
            case .closed, .cancelled: .closed
            default: .other
            }
    }
}

extension NoticeFigures {
    /// Counts an answered notice.
    ///
    /// - Returns: its event type where that is unknown and was met for the first time.
    mutating func count<Receipt>(
        _ fate: EntryFate, _ notice: AuthenticNotice<Receipt>, answeredAt: ContinuousClock.Instant
    ) -> String? {
        var newEventType: String?
        switch (fate, notice.kind) {
        case (.stored, .payment):
            accepted += 1
            if notice.generation == .v2 { acceptedV2 += 1 }
        case (.stored, .other(let eventType, _)):
            acceptedOther += 1
            if otherEvents.count(eventType) { newEventType = eventType }
        case (.duplicate, _): repeats += 1
        case (.notStored(let error), _): notStored[NotStoredReason(error), default: 0] += 1
        }
        guard fate.isStored else { return nil }
        answerTimes.record((answeredAt - notice.arrivedAt).wholeMicros)
        return newEventType
    }
}
