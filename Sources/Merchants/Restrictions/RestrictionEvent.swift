/// What a risk system or the platform announces of a case: put, lifted, announced or withdrawn (`wechat-pay.md` §6.7).
public struct RestrictionEvent: Sendable, Hashable {
    /// Names the case for ever: `limitation_case_id`, `business_code`, `record_id` or the risk system's own id.
    public var caseID: String
    /// What became of it, and when in the announcer's book.
    public var step: AnnouncedStep
    /// Whose payments it concerns; may be left out where the case is lifted.
    public var merchantID: String?
    /// Which of them; nil: all, or as it stands where the case is lifted.
    public var scope: RestrictionScope?
    /// What is closed.
    public var actions: [LimitedFunction]
    /// Why, from the announcer's own set; for lifting, the text below is enough.
    public var reasonCode: String
    /// Why, for people.
    public var reasonText: String
    /// Who announces.
    public var source: RestrictionSource
    /// From when on the state holds, Unix milliseconds; nil: from the step's moment on.
    public var effectiveAtMillis: Int64?
    /// Until when a restriction holds, Unix milliseconds; nil: until it is lifted.
    public var expiresAtMillis: Int64?

    /// Joins the members.
    public init(
        caseID: String, step: AnnouncedStep, merchantID: String?, scope: RestrictionScope? = nil,
        actions: [LimitedFunction] = [.noTransaction], reasonCode: String = "", reasonText: String = "",
        source: RestrictionSource, effectiveAtMillis: Int64? = nil, expiresAtMillis: Int64? = nil
    ) {
        self.caseID = caseID
        self.step = step
        self.merchantID = merchantID
        self.scope = scope
        self.actions = actions
        self.reasonCode = reasonCode
        self.reasonText = reasonText
        self.source = source
        self.effectiveAtMillis = effectiveAtMillis
        self.expiresAtMillis = expiresAtMillis
    }

    /// What an event does to a case. Pure.
    enum Effect: Sendable, Equatable {
        /// A newer state stands.
        case outdated
        /// It was told before.
        case unchanged
        /// The case becomes this one.
        case change(RestrictionCase, RestrictionOutcome)
    }

    /// What it does to the case as it is remembered.
    ///
    /// - Throws: ``RestrictionError`` where it breaks a rule, names another merchant, scope or source, or contradicts what the same step said before.
    func effect(on known: RestrictionCase?, nowMillis: Int64) throws(RestrictionError) -> Effect {
        guard step.atMillis >= 0 else { throw .invalid(member: "business_time", allowed: "a time after 1970") }
        // Steps are ordered by their moment, so one far ahead would keep every later one out. The platform's are bounded by when it told them.
        guard source == .wechat || step.atMillis <= nowMillis + MerchantLimits.businessTimeAheadMillisMax else {
            let minutes = MerchantLimits.businessTimeAheadMillisMax / 60_000
            throw .invalid(member: "business_time", allowed: "a time at most \(minutes) minutes ahead of now")
        }
        let standing = try counting(known)
        return step.state.isLifting ? try lifting(standing, nowMillis) : try restricting(standing, nowMillis)
    }

    private func restricting(_ known: RestrictionCase?, _ nowMillis: Int64) throws(RestrictionError) -> Effect {
        guard let merchantID else { throw .invalid(member: "merchant_id", allowed: "it must be given") }
        let wanted = try RestrictionRequest(
            caseID: caseID, merchantID: merchantID, scope: scope ?? .merchant, reasonCode: reasonCode,
            reasonText: reasonText, source: source, actions: actions,
            effectiveAtMillis: effectiveAtMillis ?? step.atMillis, expiresAtMillis: expiresAtMillis
        ).restriction(existing: nil, nowMillis: nowMillis)
        try check(known, merchantID: merchantID, scope: wanted.scope)
        if let standing = known?.order {
            if step < standing { return .outdated }
            if step == standing {
                // What the platform limits is asked for after its notice and may differ from it by now.
                guard source == .wechat || known?.restriction == wanted else { throw .stateDiffers(caseID: caseID) }
                return .unchanged
            }
        }
        return .change(RestrictionCase(caseID: caseID, restriction: wanted, step: step), .restricted)
    }

    private func lifting(_ known: RestrictionCase?, _ nowMillis: Int64) throws(RestrictionError) -> Effect {
        try RestrictionRequest.checkLift(caseID: caseID, reason: reasonText)
        try check(known, merchantID: merchantID, scope: scope)
        if let standing = known?.order, step <= standing { return step < standing ? .outdated : .unchanged }
        // Lifted from a later moment on: until then the restriction holds.
        if let until = effectiveAtMillis, until > nowMillis, let open = known?.restriction,
            known?.liftedAtMillis == nil, until > open.effectiveAtMillis
        {
            let ending = open.ending(atMillis: min(until, open.expiresAtMillis ?? .max))
            return .change(RestrictionCase(caseID: caseID, restriction: ending, step: step), .restricted)
        }
        return .change(
            RestrictionCase(
                caseID: caseID, restriction: known?.restriction, liftedAtMillis: nowMillis, liftReason: reasonText,
                step: step, liftSource: known?.restriction == nil ? source : nil), .lifted)
    }

    /// The case as far as it counts for this event: an id that another risk system lifted before anything was put stands for nothing of the platform's, so
    /// that nobody can keep the platform's restrictions out by lifting their ids ahead.
    private func counting(_ known: RestrictionCase?) throws(RestrictionError) -> RestrictionCase? {
        guard let known, known.restriction == nil, let other = known.liftSource, other != source else { return known }
        guard source == .wechat else { throw .caseDiffers(caseID: caseID) }
        return nil
    }

    /// A case covers one merchant and one scope for ever, and only who put it, or an operator by hand, changes it.
    private func check(
        _ known: RestrictionCase?, merchantID: String?, scope: RestrictionScope?
    ) throws(RestrictionError) {
        guard let standing = known?.restriction else { return }
        guard standing.source == source, merchantID == nil || standing.merchantID == merchantID,
            scope == nil || standing.scope == scope
        else { throw .caseDiffers(caseID: caseID) }
    }
}
