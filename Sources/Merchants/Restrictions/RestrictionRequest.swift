/// What the admin API, risk control or a notice asks for.
public struct RestrictionRequest: Sendable, Hashable {
    /// Names the case.
    public var caseID: String
    /// Whose payments are to be refused.
    public var merchantID: String
    /// Which of them.
    public var scope: RestrictionScope
    /// Why, from the source's own set.
    public var reasonCode: String
    /// Why, for people.
    public var reasonText: String
    /// Who asks; nil: as it stands where the case exists, otherwise a person.
    public var source: RestrictionSource?
    /// What is closed.
    public var actions: [LimitedFunction]
    /// From when on, Unix milliseconds; nil: from now on, or as it stands where the case exists.
    public var effectiveAtMillis: Int64?
    /// Until when, Unix milliseconds; nil: until it is lifted.
    public var expiresAtMillis: Int64?

    /// Joins the members.
    public init(
        caseID: String, merchantID: String, scope: RestrictionScope = .merchant, reasonCode: String,
        reasonText: String = "", source: RestrictionSource? = nil,
        actions: [LimitedFunction] = [.noTransaction], effectiveAtMillis: Int64? = nil,
        expiresAtMillis: Int64? = nil
    ) {
        self.caseID = caseID
        self.merchantID = merchantID
        self.scope = scope
        self.reasonCode = reasonCode
        self.reasonText = reasonText
        self.source = source
        self.actions = actions
        self.effectiveAtMillis = effectiveAtMillis
        self.expiresAtMillis = expiresAtMillis
    }

    /// The restriction it leads to.
    ///
    /// - Throws: ``RestrictionError/invalid(member:allowed:)`` for the first member that breaks its rule.
    func restriction(existing: Restriction?, nowMillis: Int64) throws(RestrictionError) -> Restriction {
        try checkTexts()
        let effective = effectiveAtMillis ?? existing?.effectiveAtMillis ?? nowMillis
        guard effective >= 0 else { throw .invalid(member: "effective", allowed: "a time after 1970") }
        if let expiresAtMillis, expiresAtMillis <= effective {
            throw .invalid(member: "expires", allowed: "a time after effective, or null")
        }
        return Restriction(
            caseID: caseID, merchantID: merchantID, scope: scope, reasonCode: reasonCode, reasonText: reasonText,
            source: source ?? existing?.source ?? .operator, actions: actions, effectiveAtMillis: effective,
            expiresAtMillis: expiresAtMillis)
    }

    /// Checks what a lift names.
    static func checkLift(caseID: String, reason: String) throws(RestrictionError) {
        guard MerchantText.isCaseID(caseID) else {
            let most = MerchantLimits.caseIDByteCountMax
            throw .invalid(member: "case_id", allowed: "1 to \(most) letters, digits and -_.: are allowed")
        }
        guard MerchantText.isShown(reason, byteCountMax: MerchantLimits.reasonTextByteCountMax) else {
            let most = MerchantLimits.reasonTextByteCountMax
            throw .invalid(member: "reason", allowed: "at most \(most) bytes without control characters")
        }
    }

    private func checkTexts() throws(RestrictionError) {
        let tokens = "letters, digits and -_.: are allowed"
        guard MerchantText.isCaseID(caseID) else {
            throw .invalid(member: "case_id", allowed: "1 to \(MerchantLimits.caseIDByteCountMax) \(tokens)")
        }
        guard MerchantText.isMerchantID(merchantID) else {
            throw .invalid(member: "merchant_id", allowed: "1 to 32 letters, digits, - or _")
        }
        guard MerchantText.isReasonCode(reasonCode) else {
            throw .invalid(member: "reason_code", allowed: "1 to \(MerchantLimits.reasonCodeByteCountMax) \(tokens)")
        }
        guard MerchantText.isShown(reasonText, byteCountMax: MerchantLimits.reasonTextByteCountMax) else {
            let most = MerchantLimits.reasonTextByteCountMax
            throw .invalid(member: "reason", allowed: "at most \(most) bytes without control characters")
        }
        switch scope {
        case .merchant: break
        case .store(let place), .device(let place):
            guard MerchantText.isPlaceID(place) else {
                let most = MerchantLimits.placeIDByteCountMax
                throw .invalid(member: "store_id, device_id", allowed: "1 to \(most) bytes without control characters")
            }
        }
    }
}
