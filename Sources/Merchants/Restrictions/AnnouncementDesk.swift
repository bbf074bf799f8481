/// What the platform announced about one merchant, as it is shown to people (`wechat-pay.md` §6.4, §6.5).
public struct MerchantAnnouncement: Sendable, Equatable {
    /// What became of it here. A closed set: it labels metrics.
    public enum Outcome: String, Sendable, CaseIterable {
        /// The restriction stands.
        case restricted
        /// The case is lifted.
        case lifted
        /// It was told before, or a newer state of its case stands.
        case unchanged
        /// Nothing follows from it for the gate: blocked payments, appeals, restrictions from an unknown later time, or of other functions.
        case shown
        /// The platform's own test.
        case test
        /// It cannot be read.
        case malformed
        /// It is against the rules of the restriction book; an operator must look.
        case refused
    }

    /// Its number; rises by one.
    public let number: UInt64
    /// When it was taken, Unix milliseconds.
    public let atMillis: Int64
    /// `VIOLATION.PUNISH`, `MERCHANT_NOTIFY.NOTIFY`, …
    public let eventType: String
    /// The case; empty where it names none.
    public let caseID: String
    /// The merchant; empty where it cannot be read.
    public let merchantID: String
    /// `business_state`, or what stands for it; empty where there is none.
    public let state: String
    /// What it says, or what was wrong with it, for people.
    public let text: String
    /// What became of it.
    public let outcome: Outcome

    /// Joins the members.
    public init(
        number: UInt64, atMillis: Int64, eventType: String, caseID: String, merchantID: String, state: String,
        text: String, outcome: Outcome
    ) {
        self.number = number
        self.atMillis = atMillis
        self.eventType = eventType
        self.caseID = caseID
        self.merchantID = merchantID
        self.state = state
        self.text = text
        self.outcome = outcome
    }
}

/// Where the platform's announcements are read.
public protocol AnnouncementDesk: Sendable {
    /// The latest, newest first.
    func announcements(countMax: Int) async -> [MerchantAnnouncement]
}
