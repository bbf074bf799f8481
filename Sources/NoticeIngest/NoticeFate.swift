internal import Engine
internal import MessageModel
internal import Telemetry

/// What became of one authentic notice.
enum NoticeFate: Sendable, Equatable {
    /// On the disk since this commit.
    case stored
    /// On the disk since an earlier one.
    case duplicate
    /// Not on the disk, or nobody knows.
    case notStored(BrokerError)

    /// Reads the outcome of a transaction with one message.
    init(_ outcome: TransactionOutcome) {
        switch outcome {
        case .refused(let error): self = .notStored(error)
        case .committed(let sends):
            switch sends.first?.first {
            case .stored: self = .stored
            case .duplicate: self = .duplicate
            case .refused(let error): self = .notStored(error)
            case nil: self = .notStored(.corrupted("a commit without an outcome of its message"))
            }
        }
    }

    /// Whether success may be answered.
    var isStored: Bool {
        switch self {
        case .stored, .duplicate: true
        case .notStored: false
        }
    }
}

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
        _ fate: NoticeFate, _ notice: AuthenticNotice<Receipt>, answeredAt: ContinuousClock.Instant
    ) -> String? {
        var newEventType: String?
        switch (fate, notice.kind) {
        case (.stored, .payment):
            accepted += 1
            if notice.generation == .v2 { acceptedV2 += 1 }
        case (.stored, .other(let eventType)):
            acceptedOther += 1
            if otherEvents.count(eventType) { newEventType = eventType }
        case (.duplicate, _): repeats += 1
        case (.notStored(let error), _): notStored[NotStoredReason(error), default: 0] += 1
        }
        guard fate.isStored else { return nil }
        let passed = (answeredAt - notice.arrivedAt).components
        answerTimes.record(UInt64(max(0, passed.seconds * 1_000_000 + passed.attoseconds / 1_000_000_000_000)))
        return newEventType
    }
}
