internal import BoundedJSON
internal import MessageModel
internal import PaymentNotice
internal import RiskRules

/// One entry of the outbox: a restriction that is to be put or lifted here, and told to the callback URL.
///
/// Its bytes are made once, with the decision, and sent as they are at every try:
///
///     {"type":"merchant.block"|"merchant.unblock","timestamp":…,"data":{"decision_id","case_id","merchant_id","scope":"merchant","sequence",
///      "rule","reason_code","reason","effective","expires"}}
struct CallbackMessage: Sendable, Equatable {
    /// Number of the decision: order of the outbox.
    let number: UInt64
    /// Id of the decision, which is the webhook's.
    let decisionID: String
    /// The restriction's case.
    let caseID: String
    /// The merchant.
    let merchantID: String
    /// Whether the block ends.
    let isUnblock: Bool
    /// Code and text of the reason.
    let reasonCode: String
    /// See ``reasonCode``.
    let reason: String
    /// The clock at the decision, Unix milliseconds.
    let atMillis: Int64
    /// End of the block, Unix milliseconds; nil for an unblock.
    let untilMillis: Int64?
    /// What is sent.
    let body: [UInt8]

    /// The message of a decision; nil for one without effect.
    init?(_ decision: RiskDecision) {
        guard decision.action != .alert else { return nil }
        let isUnblock = decision.action == .release
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", isUnblock ? Self.unblock : Self.block)
        writer.member("timestamp", RFC3339.utcText(millis: decision.atMillis))
        writer.key("data")
        writer.beginObject()
        writer.member("decision_id", decision.id)
        writer.member("case_id", decision.caseID)
        writer.member("merchant_id", decision.merchantID)
        writer.member("scope", "merchant")
        writer.member("sequence", Int64(decision.sequence))
        writer.member("rule", decision.rule)
        writer.member("reason_code", decision.reasonCode)
        writer.member("reason", decision.reasonText)
        writer.member("effective", RFC3339.utcText(millis: decision.atMillis))
        writer.key("expires")
        if let until = decision.untilMillis { writer.string(RFC3339.utcText(millis: until)) } else { writer.null() }
        writer.endObject()
        writer.endObject()
        self.init(number: decision.number, body: writer.bytes)
    }

    /// Reads the bytes of a row; nil for anything else.
    init?(number: UInt64, body: [UInt8]) {
        guard let root = try? JSONValue.parse(body), let data = root["data"], let type = root["type"]?.string,
            type == Self.block || type == Self.unblock, let id = data["decision_id"]?.string,
            let caseID = data["case_id"]?.string, let merchant = data["merchant_id"]?.string,
            let code = data["reason_code"]?.string, let reason = data["reason"]?.string,
            let at = data["effective"]?.string.flatMap(RFC3339.millis)
        else { return nil }
        self.number = number
        decisionID = id
        self.caseID = caseID
        merchantID = merchant
        isUnblock = type == Self.unblock
        reasonCode = code
        self.reason = reason
        atMillis = at
        untilMillis = data["expires"]?.string.flatMap(RFC3339.millis)
        self.body = body
    }

    private static let block = "merchant.block"
    private static let unblock = "merchant.unblock"

    // MARK: Rows

    /// What the keys of the outbox begin with, in risk control's space.
    static let keyPrefix = Bytes([7])

    /// The key of its row.
    var key: Bytes { Self.key(number) }

    static func key(_ number: UInt64) -> Bytes {
        Bytes([7] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) })
    }

    /// Reads a row's key.
    static func number(_ key: Bytes) -> UInt64? {
        key.count == 9 ? key.slice.dropFirst().reduce(0) { $0 << 8 | UInt64($1) } : nil
    }
}
