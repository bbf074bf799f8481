/// The fields of an API v2 message, in the order they came.
///
/// Values are as they are after XML decoding: CDATA opened, references replaced, line ends made line feeds, nothing trimmed.
public struct NoticeFields: Sendable, Equatable {
    /// One field.
    public struct Field: Sendable, Equatable {
        /// ASCII, see ``NoticeLimits/xmlNameByteCountMax``.
        public let name: String
        /// May be empty.
        public let value: String

        /// Joins the members.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In document order; no name stands twice.
    public private(set) var list: [Field] = []
    private var places: [String: Int] = [:]

    /// No fields.
    public init() {}

    /// Adds a field; false where the name is there already, and then nothing changes.
    public mutating func append(_ name: String, _ value: String) -> Bool {
        guard places[name] == nil else { return false }
        places[name] = list.count
        list.append(Field(name: name, value: value))
        return true
    }

    /// Sets a field: in its place where it stands already, else at the end.
    public mutating func set(_ name: String, _ value: String) {
        if let place = places[name] {
            list[place] = Field(name: name, value: value)
        } else {
            _ = append(name, value)
        }
    }

    /// Takes a field out.
    public mutating func remove(_ name: String) {
        list.removeAll { $0.name == name }
        places = Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1.name, $0) })
    }

    /// The value of a field; nil where it is absent.
    public subscript(_ name: String) -> String? { places[name].map { list[$0].value } }

    /// The value of a field; nil where it is absent or empty, which the protocol does not tell apart.
    public func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
