/// Where a value was written.
public enum SettingsOrigin: Sendable, Equatable {
    /// On the command line.
    case commandLine
    /// In an environment variable; where a source is not known more exactly, any.
    case environment
    /// In the settings file of this path.
    case file(String)

    /// The place, for error texts.
    public var description: String {
        switch self {
        case .commandLine: "on the command line"
        case .environment: "in the environment"
        case .file(let path): "in \(path)"
        }
    }
}

/// Why settings cannot be used. Nothing was started.
public enum SettingsError: Error, Sendable, Equatable {
    /// The file is no JSON object of sections; the text says what is wrong and where.
    case malformedFile(path: String, reason: String)
    /// A key that does not exist.
    case unknownKey(String, nearest: String, origin: SettingsOrigin)
    /// A value of another type than the key's.
    case wrongType(key: String, allowed: SettingKind, origin: SettingsOrigin)
    /// A value outside the key's bounds.
    case outOfRange(key: String, value: String, allowed: SettingKind)
    /// Values that are each allowed but not together; the text names the keys and what is allowed.
    case inconsistent(String)
    /// A command line setting without `=`.
    case malformedOverride(String)
}

extension SettingsError: CustomStringConvertible {
    /// One sentence for an operator: what was wrong, and what is allowed. Names no secret: secrets stand in files of their own.
    public var description: String {
        switch self {
        case .malformedFile(let path, let reason): "\(path): \(reason)"
        case .unknownKey(let key, let nearest, let origin):
            "unknown setting \"\(key)\" \(origin.description); the nearest known one is \"\(nearest)\""
        case .wrongType(let key, let allowed, let origin): "\(key) \(origin.description) must be \(allowed.sentence)"
        case .outOfRange(let key, let value, let allowed): "\(key) is \(value): it must be \(allowed.sentence)"
        case .inconsistent(let text): text
        case .malformedOverride(let text): "\"\(text)\" is no setting: write key=value"
        }
    }
}
