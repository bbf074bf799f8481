internal import BoundedJSON

/// Reads the members of one JSON object by name and type; a member that no one asked for is an error.
struct MemberReader {
    private let object: JSONValue
    private let path: String

    /// Takes an object whose members must all be among `known`.
    init(_ value: JSONValue, path: String, known: [String]) throws(CampaignError) {
        guard let members = value.members else {
            throw .malformed("\(path.isEmpty ? "the body" : path) must be a JSON object")
        }
        object = value
        self.path = path
        for member in members where !known.contains(member.key) {
            throw .unknownMember(name(CampaignText.quoted(member.key)), known: known)
        }
    }

    /// The member, or nil where it is missing or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// A member that must be there.
    func required(_ key: String) throws(CampaignError) -> JSONValue {
        guard let value = value(key) else { throw .malformed("\(name(key)) is missing") }
        return value
    }

    /// A text that must be there.
    func text(_ key: String) throws(CampaignError) -> String {
        guard let text = try required(key).string else { throw .malformed("\(name(key)) must be a string") }
        return text
    }

    /// An integer that must be there.
    func integer(_ key: String, in range: ClosedRange<Int64>, unit: String) throws(CampaignError) -> Int64 {
        try integer(try required(key), key, range, unit)
    }

    /// An integer, or nil where it is missing.
    func optionalInteger(_ key: String, in range: ClosedRange<Int64>, unit: String) throws(CampaignError) -> Int64? {
        guard let value = value(key) else { return nil }
        return try integer(value, key, range, unit)
    }

    /// The member's full name for error texts.
    func name(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    private func integer(
        _ value: JSONValue, _ key: String, _ range: ClosedRange<Int64>, _ unit: String
    ) throws(CampaignError) -> Int64 {
        guard value.kind == .integer else { throw .malformed("\(name(key)) must be an integer") }
        // An integer of more than 64 bits is out of range like any other.
        guard let number = value.int64, range.contains(number) else {
            throw .outside(range, unit: unit, member: name(key))
        }
        return number
    }
}

extension CampaignError {
    /// What is said of a number outside its range.
    static func outside(_ range: ClosedRange<Int64>, unit: String, member: String) -> CampaignError {
        .invalid(member: member, allowed: "\(range.lowerBound) to \(range.upperBound) \(unit) are allowed")
    }
}
