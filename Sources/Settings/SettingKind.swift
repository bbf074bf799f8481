/// The type of one setting and which values it allows.
public enum SettingKind: Sendable, Equatable {
    /// Any text up to ``SettingsLimits/textByteCountMax`` bytes.
    case text
    /// One of these texts.
    case choice([String])
    /// An integer in this range.
    case integer(ClosedRange<Int>)
    /// A number in this range.
    case number(ClosedRange<Double>)
    /// true or false.
    case boolean
    /// A list of texts, at most ``SettingsLimits/listCountMax``.
    case texts
    /// A list of integers in this range, at most ``SettingsLimits/listCountMax``.
    case integers(ClosedRange<Int>)

    /// What is allowed, for error texts.
    public var sentence: String {
        switch self {
        case .text: "a string"
        case .choice(let allowed): "one of \(allowed.joined(separator: ", "))"
        case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .texts: "a list of at most \(SettingsLimits.listCountMax) strings"
        case .integers(let range):
            "a list of at most \(SettingsLimits.listCountMax) integers from \(range.lowerBound) to \(range.upperBound)"
        }
    }
}
