internal import BoundedJSON
internal import Merchants
internal import PaymentNotice

extension RestrictionCase {
    /// Appends the case as it is shown.
    func show(into writer: inout JSONWriter, nowMillis: Int64) {
        writer.beginObject()
        writer.member("case_id", caseID)
        writer.member("state", state(atMillis: nowMillis).rawValue)
        if let restriction { restriction.show(into: &writer) }
        if let step {
            writer.member("announced", step.state.rawValue)
            writer.member("business_time", RFC3339.utcText(millis: step.atMillis))
        }
        if let liftedAtMillis {
            writer.member("lifted", RFC3339.utcText(millis: liftedAtMillis))
            writer.member("lift_reason", liftReason)
        }
        writer.endObject()
    }
}

extension Restriction {
    fileprivate func show(into writer: inout JSONWriter) {
        writer.member("merchant_id", merchantID)
        switch scope {
        case .merchant: break
        case .store(let id): writer.member("store_id", id)
        case .device(let id): writer.member("device_id", id)
        }
        writer.key("actions")
        writer.beginArray()
        for action in actions { writer.string(action.rawValue) }
        writer.endArray()
        writer.member("reason_code", reasonCode)
        writer.member("reason", reasonText)
        writer.member("source", source.rawValue)
        writer.member("effective", RFC3339.utcText(millis: effectiveAtMillis))
        writer.key("expires")
        if let expiresAtMillis { writer.string(RFC3339.utcText(millis: expiresAtMillis)) } else { writer.null() }
    }
}

extension AuditEntry {
    /// Appends the entry as it is shown.
    func show(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sequence", Int64(clamping: sequence))
        writer.member("at", RFC3339.utcText(millis: atMillis))
        writer.member("actor", actor)
        writer.member("action", outcome.rawValue)
        writer.member("case_id", caseID)
        writer.member("merchant_id", merchantID)
        writer.member("reason", reason)
        if let expiresAtMillis { writer.member("expires", RFC3339.utcText(millis: expiresAtMillis)) }
        writer.endObject()
    }
}
