/// Why WeChat Pay saw a delivery fail that was its own. A closed set: it labels metrics and names counts in rows.
public enum DeliveryFailure: String, Sendable, Hashable, CaseIterable {
    /// Answered with success, but later than 5 s: the platform has given up by then.
    case late
    /// Turned away before any check, because too many were under way. Whose it was is not known; it counts, since the platform's own are among them.
    case overloaded
    /// The store refuses sends until room is freed.
    case storeFull = "store_full"
    /// Too much waited for the store's writer.
    case storeOverloaded = "store_overloaded"
    /// The commit failed in a way that leaves open whether it is on the disk.
    case outcomeUnknown = "outcome_unknown"
    /// The daemon was stopping.
    case stopping
    /// Any other reason of the store.
    case storeOther = "store_other"
    /// Signed by the platform, but our APIv3 key does not open it.
    case decryptFailed = "decrypt_failed"
    /// Authentic, for a merchant number that is not configured as ours.
    case notOurs = "not_ours"
    /// Authentic, but not of the form that it should have.
    case malformed
    /// Authentic, but it contradicts itself, or tells of a failed payment.
    case inconsistent

    /// Its place in lists of counts.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One delivery of the platform as it was answered.
public struct RatedAnswer: Sendable, Equatable {
    /// What was answered.
    public enum Outcome: Sendable, Equatable {
        /// Success: stored now.
        case stored
        /// Success: stored before.
        case repeated
        /// No success.
        case failed(DeliveryFailure)
    }

    /// What was answered.
    public let outcome: Outcome
    /// From arrival here to the answer, microseconds.
    public let micros: UInt64
    /// Names the notice whose delivery it was, the same for each repeat; nil where it could not be read.
    public let notice: Int?

    /// Joins the members.
    public init(_ outcome: Outcome, micros: UInt64, notice: Int?) {
        self.outcome = outcome
        self.micros = micros
        self.notice = notice
    }
}
