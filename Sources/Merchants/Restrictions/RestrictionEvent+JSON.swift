public import BoundedJSON

extension RestrictionEvent {
    /// Reads the body of a callback of a risk system.
    ///
    /// Members: `state`, `business_time` (orders the states of a case), `merchant_id`, one of `store_id` and `device_id`, `actions` (default
    /// `["NO_TRANSACTION"]`), `effective` (default the business time), `expires`, `reason_code`, `reason`, and `case_id` where the path names none.
    ///
    /// - Parameters:
    ///   - caseID: from the path; nil: the body names it.
    ///   - millis: reads an RFC 3339 time as Unix milliseconds; nil where it is none.
    /// - Throws: ``RestrictionError/malformed(_:)`` naming the member and what is expected.
    public init(
        _ value: JSONValue, caseID: String?, millis: (String) -> Int64?
    ) throws(RestrictionError) {
        do throws(MerchantError) {
            var known = [
                "state", "business_time", "merchant_id", "store_id", "device_id", "actions", "effective", "expires",
                "reason_code", "reason",
            ]
            if caseID == nil { known.append("case_id") }
            let source = try MemberSource(value, path: "", known: known)
            let state = try Self.state(source)
            guard let at = try source.time("business_time", millis) else {
                throw MerchantError.malformed("business_time is missing: it orders the states of a case")
            }
            let effective = try source.time("effective", millis)
            guard state != .delayPunishment || effective != nil else {
                throw MerchantError.malformed("effective is missing: DELAYPUNISHMENT says from when on it will hold")
            }
            let scope = try RestrictionRequest.scope(source)
            var id = caseID ?? ""
            if caseID == nil { id = try source.requiredText("case_id") }
            var merchantID = try source.text("merchant_id")
            var reasonCode = try source.text("reason_code")
            if !state.isLifting {
                merchantID = try source.requiredText("merchant_id")
                reasonCode = try source.requiredText("reason_code")
            }
            self.init(
                caseID: id, step: AnnouncedStep(state, atMillis: at), merchantID: merchantID,
                scope: state.isLifting && scope == .merchant ? nil : scope,
                actions: try RestrictionRequest.actions(source),
                reasonCode: reasonCode ?? "",
                reasonText: try source.text("reason") ?? "", source: .external,
                effectiveAtMillis: effective,
                expiresAtMillis: try source.time("expires", millis))
        } catch {
            throw .malformed(error.description)
        }
    }

    private static func state(_ source: MemberSource) throws(MerchantError) -> AnnouncedState {
        guard let state = AnnouncedState(rawValue: try source.requiredText("state")) else {
            throw .invalid(
                member: "state", allowed: "one of \(AnnouncedState.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return state
    }
}
