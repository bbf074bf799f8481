/// What was asked of a ``RestrictionBook`` since the start, whoever asked, those that changed nothing included. The audit trail has only what changed.
public struct RestrictionAttempts: Sendable, Equatable {
    private var outcomes: [RestrictionOutcome: UInt64] = [:]
    /// Refused: against the rules, or the store did not take it.
    public internal(set) var refused: UInt64 = 0

    /// Nothing was asked yet.
    public init() {}

    /// How often this came of it.
    public func count(of outcome: RestrictionOutcome) -> UInt64 { outcomes[outcome] ?? 0 }

    mutating func count(_ outcome: RestrictionOutcome) { outcomes[outcome, default: 0] += 1 }
}
