public import BoundedJSON
internal import RiskWindows

extension RiskDecision {
    /// Appends the members of the decision's object, without its braces. `time` renders Unix milliseconds.
    public func write(into writer: inout JSONWriter, time: (inout JSONWriter, Int64) -> Void) {
        writer.member("decision_id", id)
        writer.member("number", Int64(clamping: number))
        writer.member("action", action.rawValue)
        writer.member("merchant_id", merchantID)
        writer.member("sequence", Int64(sequence))
        writer.member("case_id", caseID)
        writer.member("rule_set", ruleSet)
        writer.member("rule", rule)
        writer.member("reason_code", reasonCode)
        writer.key("at")
        time(&writer, atMillis)
        Self.write("until", untilMillis, &writer, time)
        Self.write("blocked_before_until", blockedBeforeUntilMillis, &writer, time)
        writer.key("hits")
        writer.beginArray()
        for hit in hits { hit.write(into: &writer) }
        writer.endArray()
        writer.member("transaction_id", transactionID)
        writer.member("order_number", Int64(clamping: orderNumber))
        writer.key("sample_orders")
        writer.beginArray()
        for sample in sampleTransactionIDs { writer.string(sample) }
        writer.endArray()
        writer.member("history_orders", Int64(clamping: historyOrderCount))
        writer.member("actor", actor)
        writer.member("note", note)
    }

    private static func write(
        _ name: String, _ millis: Int64?, _ writer: inout JSONWriter, _ time: (inout JSONWriter, Int64) -> Void
    ) {
        writer.key(name)
        if let millis { time(&writer, millis) } else { writer.null() }
    }

    /// The bytes of its row: version 1, times as integers. At most ``RiskLimits/decisionByteCountMax``; where hits of many rules would make it longer, those
    /// that did not decide are left out from the back.
    func encoded() -> [UInt8] {
        var kept = self
        while true {
            let bytes = kept.encodedAsIs()
            if bytes.count <= RiskLimits.decisionByteCountMax || kept.hits.count <= 1 { return bytes }
            kept = kept.with(hits: Array(kept.hits.dropLast()))
        }
    }

    private func encodedAsIs() -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 1_024)
        writer.beginObject()
        writer.member("version", 1)
        write(into: &writer) { $0.integer($1) }
        writer.endObject()
        return writer.bytes
    }

    private func with(hits: [RuleHit]) -> RiskDecision {
        RiskDecision(
            number: number, id: id, action: action, merchantID: merchantID, sequence: sequence, caseID: caseID,
            ruleSet: ruleSet, hits: hits, reasonCode: reasonCode, atMillis: atMillis, untilMillis: untilMillis,
            blockedBeforeUntilMillis: blockedBeforeUntilMillis, transactionID: transactionID, orderNumber: orderNumber,
            sampleTransactionIDs: sampleTransactionIDs, historyOrderCount: historyOrderCount, actor: actor, note: note)
    }

    /// Reads the bytes of a row; nil for anything else.
    public init?(encoded bytes: [UInt8]) {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == 1,
            let number = root["number"]?.int64, let id = root["decision_id"]?.string,
            let action = root["action"]?.string.flatMap(DecisionAction.init),
            let merchant = root["merchant_id"]?.string,
            let sequence = root["sequence"]?.int64.flatMap({ UInt32(exactly: $0) }),
            let caseID = root["case_id"]?.string,
            let ruleSet = root["rule_set"]?.string, let code = root["reason_code"]?.string,
            let at = root["at"]?.int64, let transaction = root["transaction_id"]?.string,
            let order = root["order_number"]?.int64, let samples = root["sample_orders"]?.array,
            let history = root["history_orders"]?.int64, let actor = root["actor"]?.string,
            let note = root["note"]?.string, let stored = root["hits"]?.array
        else { return nil }
        let hits = stored.compactMap { RuleHit($0) }
        guard hits.count == stored.count else { return nil }
        self.init(
            number: UInt64(clamping: number), id: id, action: action, merchantID: merchant, sequence: sequence,
            caseID: caseID, ruleSet: ruleSet, hits: hits, reasonCode: code, atMillis: at,
            untilMillis: root["until"]?.int64, blockedBeforeUntilMillis: root["blocked_before_until"]?.int64,
            transactionID: transaction, orderNumber: UInt64(clamping: order),
            sampleTransactionIDs: samples.compactMap(\.string), historyOrderCount: UInt64(clamping: history),
            actor: actor, note: note)
    }
}

extension RuleHit {
    /// `{"rule","window","amount","orders","payers","expected_amount","limit"}`, amounts in fen.
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("rule", rule)
        writer.member("window", window.name)
        writer.member("amount", figures.sumFen)
        writer.member("orders", Int64(figures.orderCount))
        writer.member("payers", Int64(figures.payerCount))
        writer.key("expected_amount")
        if let expectedFen { writer.integer(expectedFen) } else { writer.null() }
        writer.member("limit", limitFen)
        writer.endObject()
    }

    fileprivate init?(_ value: JSONValue) {
        guard let rule = value["rule"]?.string, let window = value["window"]?.string.flatMap({ RiskWindow(name: $0) }),
            let sum = value["amount"]?.int64, let orders = value["orders"]?.int64, let payers = value["payers"]?.int64,
            let limit = value["limit"]?.int64
        else { return nil }
        self.init(
            rule: rule, window: window,
            figures: WindowFigures(sumFen: sum, orderCount: Int(clamping: orders), payerCount: Int(clamping: payers)),
            expectedFen: value["expected_amount"]?.int64, limitFen: limit)
    }
}
