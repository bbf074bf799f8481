/// A length of time over which payments are summed.
///
/// Raw values rise with the length, from 0 on, so that they can index what is kept per window.
public enum RiskWindow: Int, Sendable, CaseIterable {
    /// 60 s.
    case minute
    /// 600 s.
    case tenMinutes
    /// 3,600 s; nothing older is remembered.
    case hour

    /// Its length in milliseconds.
    public var spanMillis: Int64 {
        switch self {
        case .minute: 60_000
        case .tenMinutes: 600_000
        case .hour: 3_600_000
        }
    }
}
