/// Why a key file cannot be used; never shows a secret.
public enum APIKeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file could not be read or written.
    case file(SecretFileError)
    /// The text is no JSON; with the line, counted from 1.
    case notJSON(line: Int, reason: String)
    /// A member is missing, unknown or has a value that is not allowed: `keys[2].grants[0].queues`, and why.
    case field(path: String, reason: String)

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .notJSON(let line, let reason): "line \(line): \(reason)"
        case .field(let path, let reason): "\(path): \(reason)"
        }
    }
}
