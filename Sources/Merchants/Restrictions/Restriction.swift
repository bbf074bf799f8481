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
    /// Another risk system, by the callback API.
    case external
}

/// Something is closed to a merchant, mostly new payments: one case of its own, independent of other cases (`wechat-pay.md` §6.7).
public struct Restriction: Sendable, Hashable {
    /// Names the case; it is lifted by this.
    public let caseID: String
    /// Whose payments are refused.
    public let merchantID: String
    /// Which of them.
    public let scope: RestrictionScope
    /// What is closed, in the order of the set; empty: nothing, the case is only remembered.
    public let actions: [LimitedFunction]
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
        source: RestrictionSource, actions: [LimitedFunction] = [.noTransaction], effectiveAtMillis: Int64,
        expiresAtMillis: Int64?
    ) {
        self.caseID = caseID
        self.merchantID = merchantID
        self.scope = scope
        self.actions = LimitedFunction.ordered(actions)
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

    /// Whether requests of that kind are refused under it.
    public func refuses(_ operation: GatedOperation) -> Bool { actions.contains { $0.refuses(operation) } }

    /// The same one, ending at that moment.
    func ending(atMillis end: Int64) -> Restriction {
        Restriction(
            caseID: caseID, merchantID: merchantID, scope: scope, reasonCode: reasonCode, reasonText: reasonText,
            source: source, actions: actions, effectiveAtMillis: effectiveAtMillis, expiresAtMillis: end)
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
