public import Merchants

/// What happened to the platform's announcements, and what is asked.
public struct PlatformRestrictionsFigures: Sendable, Equatable {
    /// Announcements by outcome, over restarts.
    public internal(set) var announcements: [MerchantAnnouncement.Outcome: UInt64] = [:]
    /// Cases the platform is asked about.
    public internal(set) var askCount = 0
    /// Of them, those that an answer has listed.
    public internal(set) var listedCount = 0
    /// Answers since the start.
    public internal(set) var answers: UInt64 = 0
    /// Questions without an answer since the start.
    public internal(set) var failedAsks: UInt64 = 0
    /// Cases that could not be asked about because ``PlatformRestrictionsLimits/askCountMax`` were.
    public internal(set) var unasked: UInt64 = 0
    /// Failures of the store since the start; what they hit is tried again.
    public internal(set) var failures: UInt64 = 0

    /// Nothing happened yet.
    public init() {}
}
