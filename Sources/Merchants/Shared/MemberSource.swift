internal import BoundedJSON

/// Reads the members of one JSON object by name and type; a member that no one asked for is an error.
struct MemberSource {
    private let object: JSONValue
    private let path: String
    private let known: [String]

    /// Takes an object whose members must all be among `known`.
    init(_ value: JSONValue, path: String, known: [String]) throws(MerchantError) {
        guard let members = value.members else {
            throw .malformed("\(path.isEmpty ? "the body" : path) must be a JSON object")
        }
        object = value
        self.path = path
        self.known = known
        for member in members where !known.contains(member.key) {
            throw .malformed(
                "unknown member \"\(name(String(member.key.prefix(64))))\"; known are \(known.joined(separator: ", "))")
        }
    }

    /// The member, or nil where it is missing or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// A text, or nil where it is missing.
    func text(_ key: String) throws(MerchantError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw .malformed("\(name(key)) must be a string") }
        return text
    }

    /// A text that must be there.
    func requiredText(_ key: String) throws(MerchantError) -> String {
        guard let text = try text(key) else { throw .malformed("\(name(key)) is missing") }
        return text
    }

    /// An integer, or nil where it is missing.
    func integer(_ key: String) throws(MerchantError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.int64.flatMap({ Int(exactly: $0) }) else {
            throw .malformed("\(name(key)) must be an integer")
        }
        return number
    }

    /// The elements of an array, or nil where it is missing.
    func elements(_ key: String) throws(MerchantError) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard let elements = value.array else { throw .malformed("\(name(key)) must be an array") }
        return elements
    }

    /// An array of texts, or nil where it is missing.
    func texts(_ key: String) throws(MerchantError) -> [String]? {
        guard let elements = try elements(key) else { return nil }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .malformed("\(name(key)) must be an array of strings") }
        return texts
    }

    /// An array of integers, or nil where it is missing.
    func integers(_ key: String) throws(MerchantError) -> [Int]? {
        guard let elements = try elements(key) else { return nil }
        let numbers = elements.compactMap { $0.int64.flatMap { Int(exactly: $0) } }
        guard numbers.count == elements.count else { throw .malformed("\(name(key)) must be an array of integers") }
        return numbers
    }

    /// The member's full name for error texts.
    func name(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
