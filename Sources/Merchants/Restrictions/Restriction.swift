/// What a restriction covers.
public enum RestrictionScope: Sendable, Hashable {
    /// All payments of the merchant.
    case merchant
    /// Payments at this store.
    case store(String)
    /// Payments on this device.
    case device(String)
}

/// Who asked for a restriction.
public enum RestrictionSource: String, Sendable, CaseIterable {
    /// A person.
    case `operator`
    /// Our own risk control.
    case risk
    /// A notice of WeChat Pay.
    case wechat
}

/// New payments of a merchant are refused: one case of its own, independent of other cases (`wechat-pay.md` §6.7).
public struct Restriction: Sendable, Hashable {
    /// Names the case; it is lifted by this.
    public let caseID: String
    /// Whose payments are refused.
    public let merchantID: String
    /// Which of them.
    public let scope: RestrictionScope
    /// Why, from the source's own set.
    public let reasonCode: String
    /// Why, for people.
    public let reasonText: String
    /// Who asked for it.
    public let source: RestrictionSource
    /// Holds from this moment on, Unix milliseconds.
    public let effectiveAtMillis: Int64
    /// Holds before this moment, Unix milliseconds; nil: until it is lifted.
    public let expiresAtMillis: Int64?

    /// Joins the members; ``RestrictionBook`` checks them.
    public init(
        caseID: String, merchantID: String, scope: RestrictionScope, reasonCode: String, reasonText: String,
        source: RestrictionSource, effectiveAtMillis: Int64, expiresAtMillis: Int64?
    ) {
        self.caseID = caseID
        self.merchantID = merchantID
        self.scope = scope
        self.reasonCode = reasonCode
        self.reasonText = reasonText
        self.source = source
        self.effectiveAtMillis = effectiveAtMillis
        self.expiresAtMillis = expiresAtMillis
    }

    /// Whether it holds at that moment.
    public func isInForce(atMillis now: Int64) -> Bool {
        effectiveAtMillis <= now && now < (expiresAtMillis ?? .max)
    }

    /// Whether a payment at that store and device falls under it. A payment that does not say where it is made falls under no restriction of
    /// a store or device.
    func covers(store: String?, device: String?) -> Bool {
        switch scope {
        case .merchant: true
        case .store(let restricted): restricted == store
        case .device(let restricted): restricted == device
        }
    }
}
