internal import BoundedJSON

/// How a definition is stored: `{"version":1,"kind":"…",…members…}`, times as Unix milliseconds.
protocol StoredDefinition: CampaignDefinition {
    static var memberNames: [String] { get }
    init(_ reader: MemberReader, id: String, time: TimeReading) throws(CampaignError)
    func writeMembers(into writer: inout JSONWriter, time: TimeWriting)
}

extension StoredDefinition {
    func storedBytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", storedVersion)
        writer.member("kind", Self.kind.rawValue)
        writeMembers(into: &writer) { writer, millis in writer.integer(millis) }
        writer.endObject()
        precondition(
            writer.bytes.count <= CampaignLimits.definitionByteCountMax, "a definition is longer than its bound")
        return writer.bytes
    }

    init(stored bytes: [UInt8]) throws(CampaignError) {
        let root = try parseStored(bytes)
        guard root["version"]?.int64 == storedVersion else {
            throw .damaged("the stored \(Self.kind.rawValue) has no version, or one that is not known")
        }
        guard let kind = root["kind"]?.string.flatMap(DefinitionKind.init) else {
            throw .damaged("the stored \(Self.kind.rawValue) does not say what kind it is")
        }
        guard kind == Self.kind else { throw .otherKind(expected: Self.kind, found: kind) }
        do throws(CampaignError) {
            let reader = try MemberReader(root, path: "", known: ["version", "kind"] + Self.memberNames)
            try self.init(reader, id: try reader.text(Self.kind.idMemberName)) {
                (reader, key) throws(CampaignError) in try reader.storedTime(key)
            }
        } catch {
            throw .damaged("the stored \(Self.kind.rawValue) breaks a rule: \(error)")
        }
        // Whatever reading is lenient about (order, white space, defaults) was not written by us.
        guard storedBytes() == bytes else {
            throw .damaged("the stored \(Self.kind.rawValue) is not in the form in which it is written")
        }
    }
}

private let storedVersion: Int64 = 1

private func parseStored(_ bytes: [UInt8]) throws(CampaignError) -> JSONValue {
    let limits = JSONLimits(
        byteCountMax: CampaignLimits.definitionByteCountMax, depthMax: 2,
        nodeCountMax: CampaignLimits.definitionNodeCountMax)
    do throws(JSONError) {
        return try JSONValue.parse(bytes, limits: limits)
    } catch {
        throw .damaged("the stored definition is \(error.description)")
    }
}
