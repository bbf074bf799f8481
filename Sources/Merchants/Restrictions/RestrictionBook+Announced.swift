internal import MessageModel

extension RestrictionBook {
    /// Takes a state that a risk system or the platform announced. Durable when this returns.
    ///
    /// Idempotent by case and step; steps count in the order of their own moments, so an older one that arrives later changes nothing, and a
    /// lift that arrives before its restriction wins.
    ///
    /// - Parameter actor: who announced it, for the audit trail.
    /// - Throws: ``RestrictionError``; nothing was changed.
    public func apply(
        _ event: RestrictionEvent, actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try await counted { (book) throws(RestrictionError) in try await book.applyNow(event, actor: actor) }
    }

    private func applyNow(
        _ event: RestrictionEvent, actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try await takeTurn()
        defer { turn.give() }
        let known = cases[event.caseID]
        switch try event.effect(on: known, nowMillis: nowMillis) {
        case .outdated: return (.outdated, known ?? RestrictionCase(caseID: event.caseID, restriction: nil))
        case .unchanged: return (.unchanged, known ?? RestrictionCase(caseID: event.caseID, restriction: nil))
        case .change(let changed, let outcome):
            if let restriction = changed.restriction, changed.liftedAtMillis == nil {
                try checkRoom(for: restriction, isNew: known == nil || known?.liftedAtMillis != nil)
            } else if known == nil {
                try checkCaseCount()
            }
            let reason = outcome == .restricted ? event.reasonCode : event.reasonText
            try await commit(
                changed, outcome, actor: actor, reason: reason.isEmpty ? event.step.state.rawValue : reason)
            show(changed)
            return (outcome, changed)
        }
    }

    /// Changes what a case closes, and its reason, as a later look into the announcer's book gave it. Its steps stay as they are.
    ///
    /// - Parameter step: the newest step when the announcer was asked; nil: whichever it is now.
    /// - Returns: nil where the case is not open, or another step is the newest by now: then nothing is changed.
    /// - Throws: ``RestrictionError``; nothing was changed.
    public func amend(
        caseID: String, actions: [LimitedFunction], reasonCode: String? = nil, reasonText: String? = nil,
        effectiveAtMillis: Int64? = nil, since step: AnnouncedStep? = nil, actor: String
    ) async throws(RestrictionError) -> RestrictionOutcome? {
        try await takeTurn()
        defer { turn.give() }
        guard let known = cases[caseID], let standing = known.restriction, known.liftedAtMillis == nil,
            step == nil || step == known.step
        else { return nil }
        let wanted = try RestrictionRequest(
            caseID: caseID, merchantID: standing.merchantID, scope: standing.scope,
            reasonCode: reasonCode ?? standing.reasonCode, reasonText: reasonText ?? standing.reasonText,
            source: standing.source, actions: actions,
            effectiveAtMillis: effectiveAtMillis ?? standing.effectiveAtMillis,
            expiresAtMillis: standing.expiresAtMillis
        ).restriction(existing: standing, nowMillis: nowMillis)
        guard wanted != standing else { return .unchanged }
        let changed = RestrictionCase(caseID: caseID, restriction: wanted, step: known.step)
        let closed = wanted.actions.map(\.rawValue).joined(separator: " ")
        try await commit(changed, .restricted, actor: actor, reason: closed.isEmpty ? "nothing is closed" : closed)
        show(changed)
        return .restricted
    }

    /// What was asked for since the start.
    public func attemptCounts() -> RestrictionAttempts { attempts }

    /// Brings the table in line with a case that was committed.
    private func show(_ changed: RestrictionCase) {
        guard let restriction = changed.restriction else { return }
        if changed.liftedAtMillis == nil {
            table.removeExpired(merchant: restriction.merchantID, atMillis: nowMillis)
            table.put(restriction)
        } else {
            table.remove(caseID: changed.caseID, merchant: restriction.merchantID)
        }
    }
}
