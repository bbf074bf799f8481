public import MessageModel

/// Why a restriction was neither put nor lifted. Nothing was changed.
public enum RestrictionError: Error, Sendable, Equatable {
    /// The body is not JSON of the expected shape; the text says what and where.
    case malformed(String)
    /// A member breaks its rule; the text says what is allowed.
    case invalid(member: String, allowed: String)
    /// The case id stands for another merchant or scope, or another source put it.
    case caseDiffers(caseID: String)
    /// The same state of the case, of the same moment, said something else before.
    case stateDiffers(caseID: String)
    /// ``MerchantLimits/caseCountMax`` cases are remembered, or ``MerchantLimits/casesPerMerchantMax``, or
    /// ``MerchantLimits/platformCasesPerMerchantMax`` of the platform, are open for one merchant.
    case tooManyCases(String)
    /// Too many changes wait.
    case overloaded
    /// The store refused.
    case store(BrokerError)
}

extension RestrictionError: CustomStringConvertible {
    /// One sentence: what was wrong, and what is allowed.
    public var description: String {
        switch self {
        case .malformed(let text): text
        case .invalid(let member, let allowed): "\(member): \(allowed)"
        case .caseDiffers(let caseID):
            "case \(caseID) stands for another merchant, scope or source; a case covers one merchant and one scope for ever, and is changed by whoever put it"
        case .stateDiffers(let caseID):
            "case \(caseID): this state with this business_time said something else before; a change needs a later business_time"
        case .tooManyCases(let text): text
        case .overloaded: "\(MerchantLimits.waitingChangeCountMax) changes wait already; try again later"
        case .store(let error): error.description
        }
    }
}

/// What a change of a case did.
public enum RestrictionOutcome: String, Sendable, CaseIterable {
    /// The restriction stands now, or its reason and times have changed.
    case restricted
    /// It was so already.
    case unchanged
    /// The case had been lifted before; it stays lifted.
    case alreadyLifted = "already_lifted"
    /// The case is lifted now.
    case lifted
    /// A newer state of the case stands; nothing was changed.
    case outdated
}
