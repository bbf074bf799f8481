public import BoundedJSON

extension Campaign: StoredDefinition {
    static let memberNames = [kind.idMemberName, "name"] + OrderCriteria.memberNames

    /// Reads the body of a PUT, as ``CampaignDefinition`` says.
    public init(json value: JSONValue, id: String, millis: (String) -> Int64?) throws(CampaignError) {
        let reader = try MemberReader(value, path: "", known: Self.memberNames)
        try reader.checkID(Self.kind, is: id)
        try self.init(reader, id: id) { (reader, key) throws(CampaignError) in try reader.time(key, millis: millis) }
    }

    /// Writes its members, the id first, without the braces around them.
    public func write(into writer: inout JSONWriter, utcText: (Int64) -> String) {
        writeMembers(into: &writer) { writer, millis in writer.string(utcText(millis)) }
    }

    /// Reads ``encoded()``, and nothing else.
    public init(encoded bytes: [UInt8]) throws(CampaignError) {
        try self.init(stored: bytes)
    }

    /// Its stored form, as ``CampaignDefinition`` says.
    public func encoded() -> [UInt8] { storedBytes() }

    init(_ reader: MemberReader, id: String, time: TimeReading) throws(CampaignError) {
        try self.init(
            id: id, name: try reader.text("name"), criteria: try OrderCriteria(reader, time: time))
    }

    func writeMembers(into writer: inout JSONWriter, time: TimeWriting) {
        writer.member(Self.kind.idMemberName, id)
        writer.member("name", name)
        criteria.write(into: &writer, time: time)
    }
}
