internal import Synchronization

/// The API keys in force; the whole set can be replaced at any time. Thread-safe.
public final class APIKeyBook: Sendable {
    private struct State {
        var keys: [String: APIKey] = [:]
        var revision: UInt64 = 0
    }

    /// A key that nobody has, to verify against where an id is unknown: an unknown key then costs what a wrong signature costs.
    public let decoy: APIKey
    private let state: Mutex<State>

    /// The keys of a file; without any nobody has access.
    public init(_ records: [APIKeyRecord] = []) {
        decoy = APIKey(.make(owner: "", allowsHMACSHA1: true, grants: []), isDecoy: true)
        state = Mutex(State(keys: Self.keys(records), revision: 1))
    }

    /// The key of that id, enabled or not; nil where there is none.
    public func key(_ id: String) -> APIKey? { state.withLock { $0.keys[id] } }

    /// The key of that id, or ``decoy``.
    public func keyOrDecoy(_ id: String) -> APIKey { key(id) ?? decoy }

    /// Puts another set in force; what was verified before stays verified.
    public func replace(with records: [APIKeyRecord]) {
        let keys = Self.keys(records)
        state.withLock { state in
            state.keys = keys
            state.revision += 1
        }
    }

    /// How many keys there are, and how many of them are enabled.
    public var counts: (all: Int, enabled: Int) {
        state.withLock { ($0.keys.count, $0.keys.values.count { $0.isEnabled }) }
    }

    /// Rises with each set.
    public var revision: UInt64 { state.withLock { $0.revision } }

    private static func keys(_ records: [APIKeyRecord]) -> [String: APIKey] {
        Dictionary(records.map { ($0.id, APIKey($0)) }, uniquingKeysWith: { first, _ in first })
    }
}
