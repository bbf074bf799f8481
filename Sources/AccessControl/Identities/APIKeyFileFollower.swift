internal import Synchronization

/// Keeps a book of keys up with its file: looks whether the file changed, and puts its keys in force where it is good.
///
/// A bad file, or one that is gone, changes nothing: the keys before stay in force until a good one is there. Thread-safe; ``look()`` blocks on
/// the disk and is called by one task, once a second.
public final class APIKeyFileFollower: Sendable {
    /// What a look found.
    public enum Look: Sendable, Equatable {
        /// Nothing new.
        case same
        /// Another set of keys is in force; how many, and how many of them enabled.
        case replaced(count: Int, enabledCount: Int)
        /// The file is bad; told once for each state of the file.
        case bad(APIKeyFileError)
    }

    private struct State {
        var identity: FileIdentity?
        var fault: APIKeyFileError?
    }

    /// The keys in force.
    public let book: APIKeyBook
    /// The file.
    public let path: String
    private let state: Mutex<State>

    /// Reads the file for the first time.
    ///
    /// - Throws: ``APIKeyFileError``: at the start a bad file is an error.
    public init(path: String) throws(APIKeyFileError) {
        self.path = path
        // The identity first: a change after it is found by the next look.
        let identity = APIKeyFile.identity(path: path)
        book = APIKeyBook(try APIKeyFile.read(path: path))
        state = Mutex(State(identity: identity))
    }

    /// What is wrong with the file at present; nil where its keys are in force.
    public var fault: APIKeyFileError? { state.withLock { $0.fault } }

    /// Looks once.
    public func look() -> Look {
        let identity = APIKeyFile.identity(path: path)
        let isSame = state.withLock { state in
            if state.identity == identity { return true }
            state.identity = identity
            return false
        }
        if isSame { return .same }
        do throws(APIKeyFileError) {
            book.replace(with: try APIKeyFile.read(path: path))
            state.withLock { $0.fault = nil }
            let counts = book.counts
            return .replaced(count: counts.all, enabledCount: counts.enabled)
        } catch {
            state.withLock { $0.fault = error }
            return .bad(error)
        }
    }
}
