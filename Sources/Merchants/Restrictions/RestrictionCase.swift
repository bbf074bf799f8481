internal import BoundedJSON

/// A case as it is remembered: what it restricts, and whether it was lifted.
public struct RestrictionCase: Sendable, Hashable {
    /// Where a case stands at a moment.
    public enum State: String, Sendable, CaseIterable {
        case inForce = "in_force"
        case pending, expired, lifted
    }

    /// Its id.
    public let caseID: String
    /// What it restricts; nil where it was lifted before it was put.
    public let restriction: Restriction?
    /// When it was lifted, Unix milliseconds; nil: it was not.
    public let liftedAtMillis: Int64?
    /// Why it was lifted.
    public let liftReason: String
    /// The newest step that was announced of it; nil where it was put and lifted by hand or by our own risk control.
    public let step: AnnouncedStep?
    /// Who announced the lift of a case that was lifted before it was put; nil: by hand, or the restriction says whose case it is.
    public let liftSource: RestrictionSource?

    /// What an announced step must be newer than: the newest step, or the lifting by hand after it. Nil: any is newer.
    var order: AnnouncedStep? {
        guard let liftedAtMillis else { return step }
        let byHand = AnnouncedStep(.recovery, atMillis: liftedAtMillis)
        guard let step else { return byHand }
        return step.state.isLifting ? step : max(step, byHand)
    }

    /// Where it stands at that moment.
    public func state(atMillis now: Int64) -> State {
        guard liftedAtMillis == nil, let restriction else { return .lifted }
        if restriction.isInForce(atMillis: now) { return .inForce }
        return restriction.effectiveAtMillis > now ? .pending : .expired
    }

    /// From when on it cannot matter any more; nil while it may.
    var closedAtMillis: Int64? { liftedAtMillis ?? restriction?.expiresAtMillis }

    /// How long it is remembered once it is closed, milliseconds.
    var keptMillis: Int64 {
        restriction?.source == .risk ? MerchantLimits.closedRiskCaseMillis : MerchantLimits.closedCaseMillis
    }

    /// Bytes of its row: JSON.
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", 1)
        writer.member("case_id", caseID)
        if let restriction {
            writer.key("restriction")
            restriction.write(into: &writer)
        }
        if let liftedAtMillis { writer.member("lifted_at", liftedAtMillis) }
        if let step {
            writer.member("announced", step.state.rawValue)
            writer.member("announced_at", step.atMillis)
        }
        if let liftSource { writer.member("lift_source", liftSource.rawValue) }
        writer.member("lift_reason", liftReason)
        writer.endObject()
        return writer.bytes
    }

    /// Reads ``encoded()``; nil for anything else.
    init?(encoded bytes: [UInt8]) {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == 1, let id = root["case_id"]?.string,
            let liftReason = root["lift_reason"]?.string
        else { return nil }
        let restriction = root["restriction"].map { Restriction(stored: $0, caseID: id) }
        // Stored but unreadable is not the same as absent: dropping it would open the gate.
        if case .some(nil) = restriction { return nil }
        var step: AnnouncedStep?
        if let announced = root["announced"] {
            guard let state = announced.string.flatMap(AnnouncedState.init), let at = root["announced_at"]?.int64 else {
                return nil
            }
            step = AnnouncedStep(state, atMillis: at)
        }
        // Rows without it count as lifted by hand, as they always did.
        self.init(
            caseID: id, restriction: restriction ?? nil, liftedAtMillis: root["lifted_at"]?.int64,
            liftReason: liftReason, step: step,
            liftSource: root["lift_source"]?.string.flatMap(RestrictionSource.init))
    }

    /// Joins the members.
    init(
        caseID: String, restriction: Restriction?, liftedAtMillis: Int64? = nil, liftReason: String = "",
        step: AnnouncedStep? = nil, liftSource: RestrictionSource? = nil
    ) {
        self.step = step
        self.liftSource = liftSource
        self.caseID = caseID
        self.restriction = restriction
        self.liftedAtMillis = liftedAtMillis
        self.liftReason = liftReason
    }
}

extension Restriction {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("merchant_id", merchantID)
        switch scope {
        case .merchant: break
        case .store(let id): writer.member("store_id", id)
        case .device(let id): writer.member("device_id", id)
        }
        writer.member("reason_code", reasonCode)
        writer.member("reason", reasonText)
        writer.member("source", source.rawValue)
        // Rows without it are of the time when every restriction closed payments.
        writer.key("actions")
        writer.beginArray()
        for action in actions { writer.string(action.rawValue) }
        writer.endArray()
        writer.member("effective_millis", effectiveAtMillis)
        if let expiresAtMillis { writer.member("expires_millis", expiresAtMillis) }
        writer.endObject()
    }

    fileprivate init?(stored value: JSONValue, caseID: String) {
        guard let merchantID = value["merchant_id"]?.string, let code = value["reason_code"]?.string,
            let text = value["reason"]?.string, let source = value["source"]?.string.flatMap(RestrictionSource.init),
            let effective = value["effective_millis"]?.int64
        else { return nil }
        var actions: [LimitedFunction] = [.noTransaction]
        if let stored = value["actions"] {
            let known = stored.array?.compactMap { $0.string.flatMap(LimitedFunction.init) }
            guard let known, known.count == stored.array?.count else { return nil }
            actions = known
        }
        let scope: RestrictionScope =
            if let id = value["store_id"]?.string { .store(id) } else if let id = value["device_id"]?.string {
                .device(id)
            } else { .merchant }
        self.init(
            caseID: caseID, merchantID: merchantID, scope: scope, reasonCode: code, reasonText: text, source: source,
            actions: actions, effectiveAtMillis: effective, expiresAtMillis: value["expires_millis"]?.int64)
    }
}
