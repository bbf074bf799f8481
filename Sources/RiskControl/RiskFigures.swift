public import RiskRules
public import TopicConsumer

/// What the outbox did since the start.
public struct CallbackFigures: Sendable, Equatable {
    /// Restrictions put.
    public internal(set) var restricted: UInt64 = 0
    /// Restrictions lifted.
    public internal(set) var lifted: UInt64 = 0
    /// Times a restriction was not taken by the book.
    public internal(set) var restrictionFailures: UInt64 = 0
    /// Callbacks answered with success.
    public internal(set) var answered: UInt64 = 0
    /// Tries that were not.
    public internal(set) var failedTries: UInt64 = 0
    /// Restrictions on their way.
    public internal(set) var waitingRestrictions = 0
    /// Callbacks that wait or are under way, those on the disk beyond ``RiskControlLimits/loadedCallbackCountMax`` left out.
    public internal(set) var waitingCallbacks = 0
}

/// What risk control did and holds.
public struct RiskFigures: Sendable {
    /// What the detector did; exact over restarts.
    public internal(set) var counts = DetectorCounts()
    /// Its clock, Unix milliseconds.
    public internal(set) var clockMillis: Int64 = 0
    /// Merchants known.
    public internal(set) var merchantCount = 0
    /// Orders remembered.
    public internal(set) var recentOrderCount = 0
    /// Orders forgotten before their time.
    public internal(set) var evictedCount: UInt64 = 0
    /// Orders set aside, by reason; exact over restarts.
    public internal(set) var setAside: [SetAsideReason: UInt64] = [:]
    /// The active rule set's name.
    public internal(set) var ruleSet = ""
    /// Commits and reads of the store that failed since the start.
    public internal(set) var failures: UInt64 = 0
    /// The outbox.
    public internal(set) var callbacks = CallbackFigures()
}
