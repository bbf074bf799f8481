internal import Synchronization

/// Keeps a book of keys up with its file: looks whether the file changed, and puts its keys in force where it is good.
///
/// A bad file, or one that is gone, changes nothing: the keys before stay in force until a good one is there. What is bad is read again when the file
/// changes; what the system did not let be read, at every look. Thread-safe; ``look()`` blocks on the disk and is called by one task, once a second.
public final class APIKeyFileFollower: Sendable {
    /// What a look found.
    public enum Look: Sendable, Equatable {
        /// Nothing new.
        case same
        /// Another set of keys is in force; how many, and how many of them enabled.
        case replaced(count: Int, enabledCount: Int)
        /// The file is bad; told once for each state of the file and each reason.
        case bad(APIKeyFileError)
    }

    private struct State {
        var identity: FileIdentity?
        var fault: APIKeyFileError?
        /// Whether this state of the file was not read to its end, for a reason that may pass without a change of the file.
        var isUnread: Bool {
            guard case .file(.system) = fault else { return false }
            return true
        }
    }

    /// The keys in force.
    public let book: APIKeyBook
    /// The file.
    public let path: String
    private let state: Mutex<State>
    private let read: @Sendable (String) throws(APIKeyFileError) -> [APIKeyRecord]

    /// Reads the file for the first time.
    ///
    /// - Throws: ``APIKeyFileError``: at the start a bad file is an error.
    public convenience init(path: String) throws(APIKeyFileError) {
        try self.init(path: path, read: { (path) throws(APIKeyFileError) in try APIKeyFile.read(path: path) })
    }

    /// - Parameter read: reads the file; tests have it fail.
    init(
        path: String, read: @escaping @Sendable (String) throws(APIKeyFileError) -> [APIKeyRecord]
    ) throws(APIKeyFileError) {
        self.path = path
        self.read = read
        // The identity first: a change after it is found by the next look.
        let identity = APIKeyFile.identity(path: path)
        book = APIKeyBook(try read(path))
        state = Mutex(State(identity: identity))
    }

    /// What is wrong with the file at present; nil where its keys are in force.
    public var fault: APIKeyFileError? { state.withLock { $0.fault } }

    /// Looks once.
    public func look() -> Look {
        let identity = APIKeyFile.identity(path: path)
        let (isSame, earlier) = state.withLock { state in
            let isSame = state.identity == identity
            let earlier = isSame ? state.fault : nil
            if isSame, !state.isUnread { return (true, earlier) }
            state.identity = identity
            return (false, earlier)
        }
        if isSame { return .same }
        do throws(APIKeyFileError) {
            book.replace(with: try read(path))
            state.withLock { $0.fault = nil }
            let counts = book.counts
            return .replaced(count: counts.all, enabledCount: counts.enabled)
        } catch {
            state.withLock { $0.fault = error }
            return error == earlier ? .same : .bad(error)
        }
    }
}
