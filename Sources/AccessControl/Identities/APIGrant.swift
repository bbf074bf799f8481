/// One permission of a key: these actions on these queues and topics. What no grant names is denied.
public struct APIGrant: Sendable, Hashable {
    /// How the actions are said.
    public enum Actions: Sendable, Hashable {
        /// A ready-made set.
        case role(APIRole)
        /// Names of actions in any spelling, or with `*` at the end every action whose own name begins so.
        case named([String])
    }

    /// How the actions are said.
    public let actions: Actions
    /// The queues meant.
    public let queues: [NamePattern]
    /// The topics meant.
    public let topics: [NamePattern]
    private let set: APIActionSet

    /// Joins the members.
    ///
    /// - Throws: ``APIGrantError``.
    public init(
        _ actions: Actions, queues: [NamePattern] = [], topics: [NamePattern] = []
    ) throws(APIGrantError) {
        switch actions {
        case .role(let role): set = role.actions
        case .named(let names): set = APIActionSet(try Self.actions(names))
        }
        let counts = [queues.count, topics.count]
        for count in counts where count > IdentityLimits.patternCountMax { throw .patternCount(count) }
        guard counts != [0, 0] else { throw .noResource }
        self.actions = actions
        self.queues = queues
        self.topics = topics
    }

    /// Whether the grant names this action on this resource.
    public func allows(_ action: APIAction, on resource: APIResource) -> Bool {
        guard set.contains(action) else { return false }
        switch resource {
        case .queue(let name): return queues.contains { $0.matches(name) }
        case .topic(let name): return topics.contains { $0.matches(name) }
        case .all: return (action.listsTopics ? topics : queues).contains(where: \.isEverything)
        }
    }

    /// Whether the grant names this action on anything.
    public func allowsSomewhere(_ action: APIAction) -> Bool { set.contains(action) }

    private static func actions(_ names: [String]) throws(APIGrantError) -> [APIAction] {
        guard 1...IdentityLimits.patternCountMax ~= names.count else { throw .actionCount(names.count) }
        var actions: [APIAction] = []
        for name in names {
            if name.last == "*" {
                let start = name.dropLast().lowercased()
                let matching = APIAction.allCases.filter { $0.rawValue.lowercased().hasPrefix(start) }
                guard !matching.isEmpty else { throw .unknownAction(String(name.prefix(40))) }
                actions += matching
            } else {
                guard let action = APIAction(named: name) else { throw .unknownAction(String(name.prefix(40))) }
                actions.append(action)
            }
        }
        return actions
    }
}

extension APIAction {
    /// Whether a list of this action's is one of topics, not of queues.
    fileprivate var listsTopics: Bool { self == .listTopic }
}

/// Why a grant cannot be made.
public enum APIGrantError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such action.
    case unknownAction(String)
    /// So many actions.
    case actionCount(Int)
    /// So many patterns of one kind.
    case patternCount(Int)
    /// Neither queues nor topics.
    case noResource

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .unknownAction(let name):
            "\"\(name)\" is no action: allowed are \(APIAction.allCases.map(\.rawValue).joined(separator: ", ")), the names of"
                + " API 3.0, and * at the end"
        case .actionCount(let count): "\(count) actions: 1 to \(IdentityLimits.patternCountMax) are allowed"
        case .patternCount(let count): "\(count) patterns: at most \(IdentityLimits.patternCountMax) are allowed"
        case .noResource: "neither queues nor topics are named: a grant needs one pattern at least, such as \"*\""
        }
    }
}
