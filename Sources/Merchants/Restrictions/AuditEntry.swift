internal import BoundedJSON

/// One change of a restriction: who did what, when.
public struct AuditEntry: Sendable, Hashable {
    /// Its number; rises by one.
    public let sequence: UInt64
    /// When, Unix milliseconds.
    public let atMillis: Int64
    /// Who.
    public let actor: String
    /// What came of it.
    public let outcome: RestrictionOutcome
    /// Which case.
    public let caseID: String
    /// Whose; empty where a case was lifted before it was put.
    public let merchantID: String
    /// Reason code of a restriction, or the reason of a lift.
    public let reason: String
    /// Until when, Unix milliseconds; nil: until it is lifted, or it was lifted.
    public let expiresAtMillis: Int64?

    /// Bytes of its row: JSON.
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", 1)
        writer.member("at", atMillis)
        writer.member("actor", actor)
        writer.member("outcome", outcome.rawValue)
        writer.member("case_id", caseID)
        writer.member("merchant_id", merchantID)
        writer.member("reason", reason)
        if let expiresAtMillis { writer.member("expires", expiresAtMillis) }
        writer.endObject()
        return writer.bytes
    }

    /// Joins the members.
    init(
        sequence: UInt64, atMillis: Int64, actor: String, outcome: RestrictionOutcome, caseID: String,
        merchantID: String, reason: String, expiresAtMillis: Int64?
    ) {
        self.sequence = sequence
        self.atMillis = atMillis
        self.actor = actor
        self.outcome = outcome
        self.caseID = caseID
        self.merchantID = merchantID
        self.reason = reason
        self.expiresAtMillis = expiresAtMillis
    }

    /// Reads ``encoded()``; nil for anything else.
    init?(encoded bytes: [UInt8], sequence: UInt64) {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == 1, let at = root["at"]?.int64,
            let actor = root["actor"]?.string, let outcome = root["outcome"]?.string.flatMap(RestrictionOutcome.init),
            let caseID = root["case_id"]?.string, let merchantID = root["merchant_id"]?.string,
            let reason = root["reason"]?.string
        else { return nil }
        self.init(
            sequence: sequence, atMillis: at, actor: actor, outcome: outcome, caseID: caseID, merchantID: merchantID,
            reason: reason, expiresAtMillis: root["expires"]?.int64)
    }
}
