internal import Synchronization

/// Follows the files of the platform's keys: certificates, public keys, the APIv3 key.
///
/// A bad file, or one that is gone, changes nothing: the keys before stay in force until all files are good. What is bad is read again when a file
/// changes; what the system did not let be read, at every look. A secret from the environment does not change. Thread-safe; ``look()`` blocks on the
/// disk and is called by one task, once a second.
public final class PlatformKeyFollower: Sendable {
    /// What a look found.
    public enum Look: Sendable, Equatable {
        /// Nothing new.
        case same
        /// The files hold other keys.
        case replaced(PlatformKeySources)
        /// A file is bad; told once for each state of the files and each reason.
        case bad(PlatformKeysError)
    }

    private struct State {
        var identities: [FileIdentity?]
        var sources: PlatformKeySources
        var fault: PlatformKeysError?
        var isUnread: Bool {
            guard case .file(.system) = fault else { return false }
            return true
        }
    }

    private let paths: [String]
    private let read: @Sendable () throws(PlatformKeysError) -> PlatformKeySources
    private let state: Mutex<State>

    /// Follows files that were read before.
    ///
    /// - Parameters:
    ///   - paths: all files that `read` reads.
    ///   - sources: what they held; files that changed since are found by the first look.
    ///   - read: reads them and proves that keys can be made of them.
    public init(
        paths: [String], sources: PlatformKeySources,
        read: @escaping @Sendable () throws(PlatformKeysError) -> PlatformKeySources
    ) {
        self.paths = paths
        self.read = read
        // Not the identities of now: the files were read before, and a change in between must be found.
        state = Mutex(State(identities: [], sources: sources))
    }

    /// What is wrong with the files at present; nil where their keys are in force.
    public var fault: PlatformKeysError? { state.withLock { $0.fault } }

    /// Looks once.
    public func look() -> Look {
        let identities = paths.map(APIKeyFile.identity)
        let (isSame, earlier) = state.withLock { state in
            let isSame = state.identities == identities
            let earlier = isSame ? state.fault : nil
            if isSame, !state.isUnread { return (true, earlier) }
            state.identities = identities
            return (false, earlier)
        }
        if isSame { return .same }
        do throws(PlatformKeysError) {
            let sources = try read()
            return state.withLock { state in
                state.fault = nil
                guard state.sources != sources else { return .same }
                state.sources = sources
                return .replaced(sources)
            }
        } catch {
            state.withLock { $0.fault = error }
            return error == earlier ? .same : .bad(error)
        }
    }
}
