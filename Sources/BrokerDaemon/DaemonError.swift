internal import MessageModel

/// Why the daemon did not start, or ended by itself.
public enum DaemonError: Error, Sendable, Equatable {
    /// A setting, or a file it names, cannot be used.
    case settings(String)
    /// Another process has the store.
    case storeInUse(String)
    /// The store cannot be used; the text says why.
    case storeUnusable(String)
    /// Anything else; the text says what.
    case failed(String)

    /// The exit status of the process, a part of its interface: 2 settings, 3 store in use, 4 store unusable, 1 other.
    public var exitCode: Int32 {
        switch self {
        case .settings: 2
        case .storeInUse: 3
        case .storeUnusable: 4
        case .failed: 1
        }
    }

    /// What an error of the store at the start means.
    init(_ error: BrokerError) {
        switch error {
        case .storeInUse: self = .storeInUse(error.description)
        case .storeUnusable, .corrupted, .system: self = .storeUnusable(error.description)
        default: self = .failed(error.description)
        }
    }
}

extension DaemonError: CustomStringConvertible {
    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .settings(let text), .storeInUse(let text), .storeUnusable(let text), .failed(let text): text
        }
    }
}
