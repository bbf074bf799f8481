public import BoundedJSON

extension Promotion: StoredDefinition {
    static let memberNames =
        [kind.idMemberName, "name"] + OrderCriteria.memberNames + ["reward", "budget", "grants_per_payer_max"]

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
        let perPayer = CampaignLimits.grantsPerPayerCount
        try self.init(
            id: id, name: try reader.text("name"), criteria: try OrderCriteria(reader, time: time),
            reward: try Reward(try reader.required("reward")),
            budgetFen: try reader.integer("budget", in: CampaignLimits.budgetFen, unit: "fen"),
            grantsPerPayerMax: try reader.optionalInteger("grants_per_payer_max", in: perPayer, unit: "grants"))
    }

    func writeMembers(into writer: inout JSONWriter, time: TimeWriting) {
        writer.member(Self.kind.idMemberName, id)
        writer.member("name", name)
        criteria.write(into: &writer, time: time)
        writer.key("reward")
        reward.write(into: &writer)
        writer.member("budget", budgetFen)
        if let grantsPerPayerMax { writer.member("grants_per_payer_max", grantsPerPayerMax) }
    }
}
