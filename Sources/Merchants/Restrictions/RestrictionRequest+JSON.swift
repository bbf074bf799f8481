public import BoundedJSON

extension RestrictionRequest {
    /// Reads the body of a PUT.
    ///
    /// - Parameter millis: reads an RFC 3339 time as Unix milliseconds; nil where it is none.
    /// - Throws: ``RestrictionError/malformed(_:)`` naming the member and what is expected.
    public init(
        _ value: JSONValue, caseID: String, millis: (String) -> Int64?
    ) throws(RestrictionError) {
        do throws(MerchantError) {
            let known = [
                "merchant_id", "store_id", "device_id", "reason_code", "reason", "source", "effective", "expires",
            ]
            let source = try MemberSource(value, path: "", known: known)
            self.init(
                caseID: caseID, merchantID: try source.requiredText("merchant_id"), scope: try Self.scope(source),
                reasonCode: try source.requiredText("reason_code"), reasonText: try source.text("reason") ?? "",
                source: try Self.source(source), effectiveAtMillis: try Self.time("effective", source, millis),
                expiresAtMillis: try Self.time("expires", source, millis))
        } catch {
            throw .malformed(error.description)
        }
    }

    private static func scope(_ source: MemberSource) throws(MerchantError) -> RestrictionScope {
        switch (try source.text("store_id"), try source.text("device_id")) {
        case (nil, nil): return .merchant
        case (let store?, nil): return .store(store)
        case (nil, let device?): return .device(device)
        default: throw .malformed("store_id and device_id: only one of them may be given")
        }
    }

    private static func source(_ source: MemberSource) throws(MerchantError) -> RestrictionSource {
        guard let text = try source.text("source") else { return .operator }
        guard let known = RestrictionSource(rawValue: text) else {
            throw .invalid(member: "source", allowed: "operator, risk or wechat")
        }
        return known
    }

    private static func time(
        _ key: String, _ source: MemberSource, _ millis: (String) -> Int64?
    ) throws(MerchantError) -> Int64? {
        guard let text = try source.text(key) else { return nil }
        guard let time = millis(text) else {
            throw .invalid(member: key, allowed: "a time as in RFC 3339, such as 2026-01-02T15:04:05+08:00")
        }
        return time
    }
}
