/// Why a campaign or promotion was not read, put or found. Nothing was changed.
public enum CampaignError: Error, Sendable, Equatable {
    /// The body is not JSON of the expected shape; the text says what and where.
    case malformed(String)
    /// A member breaks its rule; the text says what is allowed.
    case invalid(member: String, allowed: String)
    /// A member nobody knows; `known` are those that are.
    case unknownMember(String, known: [String])
    /// As many definitions of the kind are known as there may be.
    case tooMany(DefinitionKind)
    /// The new budget is less than what has been granted already, both in fen.
    case budgetBelowGranted(budgetFen: Int64, grantedFen: Int64)
    /// The stored definition is of another kind than the one asked for.
    case otherKind(expected: DefinitionKind, found: DefinitionKind)
    /// There is no definition of that id.
    case notFound(DefinitionKind, id: String)
    /// Too many changes wait.
    case overloaded
    /// A stored row cannot be read; the text says why.
    case damaged(String)
    /// The store refused; the text says why.
    case store(String)
}

extension CampaignError: CustomStringConvertible {
    /// One sentence: what was wrong, and what is allowed.
    public var description: String {
        switch self {
        case .malformed(let text): text
        case .invalid(let member, let allowed): "\(member): \(allowed)"
        case .unknownMember(let name, let known):
            "unknown member \"\(name)\"; known are \(known.joined(separator: ", "))"
        case .tooMany(let kind): "\(kind.countMax) \(kind.rawValue)s are known, which is the most there may be"
        case .budgetBelowGranted(let budget, let granted):
            "budget: \(granted) fen are granted already; \(budget) is less, at least \(granted) is allowed"
        case .otherKind(let expected, let found):
            "the stored definition is a \(found.rawValue); only a \(expected.rawValue) is allowed here"
        case .notFound(let kind, let id): "there is no \(kind.rawValue) \(id)"
        case .overloaded: "\(CampaignLimits.waitingChangeCountMax) changes wait already; try again later"
        case .damaged(let text): text
        case .store(let text): text
        }
    }
}
