public import BoundedJSON

/// What campaigns and promotions have in common: an id, a name, and which orders they are about.
///
/// A definition that exists is valid: every way to make one checks every member. Thread-safe: values.
public protocol CampaignDefinition: Sendable, Hashable {
    /// Which of the two it is.
    static var kind: DefinitionKind { get }
    /// Names it among those of its kind.
    var id: String { get }
    /// For people.
    var name: String { get }
    /// Which orders it is about.
    var criteria: OrderCriteria { get }

    /// Reads the body of a PUT.
    ///
    /// A member that is null counts as missing. The body may repeat the id of the path.
    /// - Parameters:
    ///   - id: the id in the request's path.
    ///   - millis: reads an RFC 3339 time as Unix milliseconds; nil where it is none.
    /// - Throws: ``CampaignError`` naming the first member that is wrong and what is allowed.
    init(json value: JSONValue, id: String, millis: (String) -> Int64?) throws(CampaignError)

    /// Writes its members, the id first, without the braces around them, so that a caller may add others.
    ///
    /// - Parameter utcText: writes Unix milliseconds as an RFC 3339 time.
    func write(into writer: inout JSONWriter, utcText: (Int64) -> String)

    /// Its stored form: at most ``CampaignLimits/definitionByteCountMax`` bytes, the same for equal definitions.
    ///
    /// Compact JSON, times as Unix milliseconds, with a version. Whoever changes the form raises the version and still reads the old.
    func encoded() -> [UInt8]

    /// Reads ``encoded()``, and nothing else: bytes that it would not have written are refused.
    ///
    /// - Throws: ``CampaignError/damaged(_:)``, or ``CampaignError/otherKind(expected:found:)``.
    init(encoded bytes: [UInt8]) throws(CampaignError)
}

/// Checks what every definition has.
func checkDefinition(_ kind: DefinitionKind, id: String, name: String) throws(CampaignError) {
    guard CampaignText.isDefinitionID(id) else {
        let allowed =
            "1 to \(CampaignLimits.idByteCountMax) letters, digits and ._- are allowed, the first a letter or digit"
        throw .invalid(member: kind.idMemberName, allowed: allowed)
    }
    guard CampaignText.isName(name) else {
        let most = CampaignLimits.nameByteCountMax
        throw .invalid(member: "name", allowed: "1 to \(most) bytes without control characters are allowed")
    }
}
