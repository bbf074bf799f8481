internal import BoundedJSON

/// Reads a time member as Unix milliseconds: RFC 3339 in the API, an integer in the stored form.
typealias TimeReading = (MemberReader, String) throws(CampaignError) -> Int64

/// Writes a time as the value of the member that was named.
typealias TimeWriting = (inout JSONWriter, Int64) -> Void

extension OrderCriteria {
    static let memberNames = ["starts", "ends", "merchants", "amount_min"]

    init(_ reader: MemberReader, time: TimeReading) throws(CampaignError) {
        try self.init(
            startsAtMillis: try time(reader, "starts"), endsAtMillis: try time(reader, "ends"),
            merchants: try MerchantSelection(try reader.required("merchants")),
            amountMinFen: try reader.optionalInteger("amount_min", in: CampaignLimits.amountMinFen, unit: "fen")
                ?? CampaignLimits.amountMinFenDefault)
    }

    func write(into writer: inout JSONWriter, time: TimeWriting) {
        writer.key("starts")
        time(&writer, startsAtMillis)
        writer.key("ends")
        time(&writer, endsAtMillis)
        writer.key("merchants")
        merchants.write(into: &writer)
        writer.member("amount_min", amountMinFen)
    }
}

extension MerchantSelection {
    fileprivate init(_ value: JSONValue) throws(CampaignError) {
        if value.equals("all") {
            self = .all
            return
        }
        let elements = value.array
        let texts = (elements ?? []).compactMap(\.string)
        guard let elements, texts.count == elements.count else {
            throw .malformed("merchants must be \"all\" or an array of strings")
        }
        try self.init(merchantIDs: texts)
    }

    fileprivate func write(into writer: inout JSONWriter) {
        guard let merchantIDs else { return writer.string("all") }
        writer.beginArray()
        for id in merchantIDs { writer.string(id) }
        writer.endArray()
    }
}

extension MemberReader {
    /// A time of the API.
    func time(_ key: String, millis: (String) -> Int64?) throws(CampaignError) -> Int64 {
        guard let time = millis(try text(key)) else {
            throw .invalid(
                member: name(key), allowed: "a time as in RFC 3339 is allowed, such as 2026-01-02T15:04:05+08:00")
        }
        return time
    }

    /// A time of the stored form.
    func storedTime(_ key: String) throws(CampaignError) -> Int64 {
        try integer(key, in: CampaignLimits.timeMillis, unit: "milliseconds")
    }

    /// Refuses an id inside the body that is not the one of the path.
    func checkID(_ kind: DefinitionKind, is id: String) throws(CampaignError) {
        guard let inside = value(kind.idMemberName) else { return }
        guard inside.equals(id) else {
            throw .invalid(member: kind.idMemberName, allowed: "only the one in the path is allowed")
        }
    }
}
