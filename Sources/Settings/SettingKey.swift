/// One setting: its name, its type and bounds, its default.
struct SettingKey: Sendable {
    /// The name: section, a dot, the member.
    let name: String
    /// Type and bounds.
    let kind: SettingKind
    /// What holds where no source gives a value.
    let defaultValue: SettingValue

    static func text(_ name: String, _ value: String) -> SettingKey {
        SettingKey(name: name, kind: .text, defaultValue: .text(value))
    }

    static func choice(_ name: String, _ allowed: [String], _ value: String) -> SettingKey {
        SettingKey(name: name, kind: .choice(allowed), defaultValue: .text(value))
    }

    static func integer(_ name: String, _ range: ClosedRange<Int>, _ value: Int) -> SettingKey {
        SettingKey(name: name, kind: .integer(range), defaultValue: .integer(value))
    }

    static func number(_ name: String, _ range: ClosedRange<Double>, _ value: Double) -> SettingKey {
        SettingKey(name: name, kind: .number(range), defaultValue: .number(value))
    }

    static func boolean(_ name: String) -> SettingKey {
        SettingKey(name: name, kind: .boolean, defaultValue: .boolean(false))
    }

    static func texts(_ name: String) -> SettingKey {
        SettingKey(name: name, kind: .texts, defaultValue: .texts([]))
    }

    static func integers(_ name: String, _ range: ClosedRange<Int>) -> SettingKey {
        SettingKey(name: name, kind: .integers(range), defaultValue: .integers([]))
    }
}
