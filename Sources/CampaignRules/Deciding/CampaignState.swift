/// Where a definition stands at a moment.
public enum CampaignState: String, Sendable, CaseIterable {
    /// Its window has not begun.
    case scheduled
    /// Orders count.
    case running
    /// Orders would count, but what is left of the budget is less than the least it can grant.
    case exhausted
    /// Its window is over.
    case ended

    /// Where a definition with this window stands at that moment.
    ///
    /// - Parameters:
    ///   - nowMillis: the event clock, or wall time, Unix milliseconds; the caller's choice.
    ///   - remainingFen: what is left of the budget; nil where there is none.
    ///   - rewardFenMin: the least that can be granted, ``Promotion/rewardFenMin``.
    public init(_ criteria: OrderCriteria, nowMillis: Int64, remainingFen: Int64? = nil, rewardFenMin: Int64 = 1) {
        if nowMillis < criteria.startsAtMillis {
            self = .scheduled
        } else if nowMillis >= criteria.endsAtMillis {
            self = .ended
        } else if let remainingFen, remainingFen < rewardFenMin {
            self = .exhausted
        } else {
            self = .running
        }
    }
}
