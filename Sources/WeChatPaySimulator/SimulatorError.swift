/// What stops a simulation; the text says what was wrong and what is allowed.
public enum SimulatorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An option outside its range.
    case option(name: String, value: String, allowed: String)
    /// A file or folder that could not be read, made or understood.
    case file(path: String, reason: String)
    /// A listener or a client of the simulation could not be set up.
    case network(String)
    /// Keys could not be made or read.
    case keys(String)
    /// The daemon did not start, ended by itself or did not stop.
    case daemon(String)
    /// The operator's API refused what the demo asked.
    case operatorAPI(String)

    /// One line for the person at the terminal.
    public var description: String {
        switch self {
        case .option(let name, let value, let allowed): "\(name) is \(value): \(allowed) is allowed"
        case .file(let path, let reason): "\(path): \(reason)"
        case .network(let text), .keys(let text), .daemon(let text), .operatorAPI(let text): text
        }
    }
}
