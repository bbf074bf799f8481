public import BoundedJSON

extension RestrictionRequest {
    /// Reads the body of a PUT. Without `source` a case that exists keeps its own: its announcer goes on to change and lift it.
    ///
    /// - Parameter millis: reads an RFC 3339 time as Unix milliseconds; nil where it is none.
    /// - Throws: ``RestrictionError/malformed(_:)`` naming the member and what is expected.
    public init(
        _ value: JSONValue, caseID: String, millis: (String) -> Int64?
    ) throws(RestrictionError) {
        do throws(MerchantError) {
            let known = [
                "merchant_id", "store_id", "device_id", "reason_code", "reason", "source", "actions", "effective",
                "expires",
            ]
            let source = try MemberSource(value, path: "", known: known)
            self.init(
                caseID: caseID, merchantID: try source.requiredText("merchant_id"), scope: try Self.scope(source),
                reasonCode: try source.requiredText("reason_code"), reasonText: try source.text("reason") ?? "",
                source: try Self.source(source), actions: try Self.actions(source),
                effectiveAtMillis: try source.time("effective", millis),
                expiresAtMillis: try source.time("expires", millis))
        } catch {
            throw .malformed(error.description)
        }
    }

    static func scope(_ source: MemberSource) throws(MerchantError) -> RestrictionScope {
        switch (try source.text("store_id"), try source.text("device_id")) {
        case (nil, nil): return .merchant
        case (let store?, nil): return .store(store)
        case (nil, let device?): return .device(device)
        default: throw .malformed("store_id and device_id: only one of them may be given")
        }
    }

    private static func source(_ source: MemberSource) throws(MerchantError) -> RestrictionSource? {
        guard let text = try source.text("source") else { return nil }
        guard let known = RestrictionSource(rawValue: text) else {
            throw .invalid(
                member: "source", allowed: RestrictionSource.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return known
    }

    /// The functions a list names; those that close payments where there is none.
    static func actions(_ source: MemberSource) throws(MerchantError) -> [LimitedFunction] {
        guard let names = try source.texts("actions") else { return [.noTransaction] }
        let functions = names.compactMap { LimitedFunction(rawValue: $0) }
        guard functions.count == names.count, !functions.isEmpty else {
            let known = LimitedFunction.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(member: "actions", allowed: "a list of at least one of \(known)")
        }
        return functions
    }
}

extension MemberSource {
    /// A time, or nil where it is missing.
    func time(_ key: String, _ millis: (String) -> Int64?) throws(MerchantError) -> Int64? {
        guard let text = try text(key) else { return nil }
        guard let time = millis(text) else {
            throw .invalid(member: key, allowed: "a time as in RFC 3339, such as 2026-01-02T15:04:05+08:00")
        }
        return time
    }
}
