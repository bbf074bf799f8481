public import MessageModel

/// Why a merchant was not registered. Nothing was changed.
public enum MerchantError: Error, Sendable, Equatable {
    /// The text is not JSON of the expected shape; the text says what and where.
    case malformed(String)
    /// A member breaks its rule; the text says what is allowed.
    case invalid(member: String, allowed: String)
    /// ``MerchantLimits/merchantCountMax`` merchants are registered.
    case tooManyMerchants
    /// Too many changes wait.
    case overloaded
    /// The store refused.
    case store(BrokerError)
}

extension MerchantError: CustomStringConvertible {
    /// One sentence: what was wrong, and what is allowed.
    public var description: String {
        switch self {
        case .malformed(let text): text
        case .invalid(let member, let allowed): "\(member): \(allowed)"
        case .tooManyMerchants:
            "\(MerchantLimits.merchantCountMax) merchants are registered, which is the most there may be"
        case .overloaded: "\(MerchantLimits.waitingChangeCountMax) changes wait already; try again later"
        case .store(let error): error.description
        }
    }
}
