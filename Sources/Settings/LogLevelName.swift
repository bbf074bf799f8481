/// The levels a log can be set to, from everything to almost nothing.
public enum LogLevelName: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}
