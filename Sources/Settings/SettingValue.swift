internal import BoundedJSON

/// A value as a source gives it, before it is checked against the key's range.
enum SettingValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case texts([String])
    case integers([Int])

    /// Reads a member of the settings file; nil where its JSON type does not fit the kind.
    init?(_ json: JSONValue, kind: SettingKind) {
        switch kind {
        case .text, .choice: self.init(text: json.string)
        case .integer: self.init(integer: json.int64)
        case .number: self.init(number: json.numberText)
        case .boolean:
            guard let value = json.bool else { return nil }
            self = .boolean(value)
        case .texts: self.init(texts: json.array)
        case .integers: self.init(integers: json.array)
        }
    }

    /// Reads the text behind `=` on the command line; lists are separated by commas. Nil where it does not fit the kind.
    init?(_ text: String, kind: SettingKind) {
        switch kind {
        case .text, .choice: self = .text(text)
        case .integer: self.init(integer: Int64(text))
        case .number: self.init(number: text)
        case .boolean:
            guard let value = Bool(text) else { return nil }
            self = .boolean(value)
        case .texts: self = .texts(Self.parts(text))
        case .integers:
            let values = Self.parts(text).map { Int($0) }
            guard !values.contains(nil) else { return nil }
            self = .integers(values.compactMap(\.self))
        }
    }

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ",").map(String.init)
    }

    private init?(text: String?) {
        guard let text else { return nil }
        self = .text(text)
    }

    private init?(integer: Int64?) {
        guard let integer, let value = Int(exactly: integer) else { return nil }
        self = .integer(value)
    }

    private init?(number: String?) {
        guard let number, let value = Double(number), value.isFinite else { return nil }
        self = .number(value)
    }

    private init?(texts: [JSONValue]?) {
        guard let texts else { return nil }
        let values = texts.compactMap(\.string)
        guard values.count == texts.count else { return nil }
        self = .texts(values)
    }

    private init?(integers: [JSONValue]?) {
        guard let integers else { return nil }
        let values = integers.compactMap { $0.int64.flatMap { Int(exactly: $0) } }
        guard values.count == integers.count else { return nil }
        self = .integers(values)
    }

    /// Whether the value lies within what the kind allows.
    func fits(_ kind: SettingKind) -> Bool {
        switch (self, kind) {
        case (.text(let text), .text): text.utf8.count <= SettingsLimits.textByteCountMax
        case (.text(let text), .choice(let allowed)): allowed.contains(text)
        case (.integer(let value), .integer(let range)): range.contains(value)
        case (.number(let value), .number(let range)): range.contains(value)
        case (.boolean, .boolean): true
        case (.texts(let texts), .texts):
            texts.count <= SettingsLimits.listCountMax
                && texts.allSatisfy { 1...SettingsLimits.textByteCountMax ~= $0.utf8.count }
        case (.integers(let values), .integers(let range)):
            values.count <= SettingsLimits.listCountMax && values.allSatisfy(range.contains)
        default: false
        }
    }

    /// The value as an operator would write it.
    var description: String {
        switch self {
        case .text(let text): "\"\(text.prefix(80))\""
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .texts(let texts): "[\(texts.prefix(4).joined(separator: ", ").prefix(80))]"
        case .integers(let values): "[\(values.prefix(8).map(String.init).joined(separator: ", "))]"
        }
    }
}
