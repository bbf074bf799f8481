public import PaymentNotice
public import Telemetry

/// What the notice door has done since its start.
public struct NoticeFigures: Sendable, Equatable {
    /// Requests that reached the door.
    public internal(set) var received: UInt64 = 0
    /// Of them, by API v2.
    public internal(set) var receivedV2: UInt64 = 0
    /// Payments stored for the first time.
    public internal(set) var accepted: UInt64 = 0
    /// Of them, told by API v2.
    public internal(set) var acceptedV2: UInt64 = 0
    /// Notices of other kinds stored for the first time.
    public internal(set) var acceptedOther: UInt64 = 0
    /// These by event type.
    public internal(set) var otherEvents = EventCounts()
    /// Notices that were stored before; answered with success.
    public internal(set) var repeats: UInt64 = 0
    /// Of them, those whose very body was stored before: only their signature was checked.
    public internal(set) var knownRepeats: UInt64 = 0
    /// Repeats that told something else about the payment than the first one: an alarm each.
    public internal(set) var conflicts: UInt64 = 0
    /// The platform's deliberately wrong signatures; no alarm, not among ``refused``.
    public internal(set) var probes: UInt64 = 0
    /// Refused notices by reason.
    public internal(set) var refused: [NoticeRefusal: UInt64] = [:]
    /// Requests with another method than POST.
    public internal(set) var wrongMethod: UInt64 = 0
    /// Notices turned away because too many were under way.
    public internal(set) var overloaded: UInt64 = 0
    /// Authentic notices the store did not take, answered 503; by reason.
    public internal(set) var notStored: [NotStoredReason: UInt64] = [:]
    /// Notices between arrival and answer at this moment.
    public internal(set) var inFlight = 0
    /// From arrival to the answer, of notices answered with success.
    public internal(set) var answerTimes = TimeBuckets(uppers: NoticeIngestLimits.answerBucketsMicros)

    /// Nothing happened yet.
    public init() {}
}

/// Why an authentic notice was not stored: a bounded set, fit for a metric label.
public enum NotStoredReason: String, Sendable, CaseIterable {
    /// The store refuses sends until room is freed.
    case storeFull = "store_full"
    /// Too much waits for the writer.
    case overloaded
    /// The commit failed in a way that leaves open whether it is on the disk.
    case outcomeUnknown = "outcome_unknown"
    /// The store is closed or closing.
    case closed
    /// Anything else: a mistake of the program or a damaged store.
    case other
}
