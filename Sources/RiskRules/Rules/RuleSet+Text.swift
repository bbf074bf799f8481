internal import BoundedJSON
internal import RiskWindows

extension RuleSet {
    /// The rule file that says the same, without comments: what is stored and what an operator is shown. ``parse(_:)`` reads it back.
    public var text: [UInt8] {
        var bytes: [UInt8] = []
        func line(_ write: (inout JSONWriter) -> Void) {
            var writer = JSONWriter(appendingTo: bytes)
            writer.beginObject()
            write(&writer)
            writer.endObject()
            bytes = writer.bytes + [UInt8(ascii: "\n")]
        }
        line { writer in
            writer.member("rule_set", name)
            writer.member("block_minutes", blockMillis / 60_000)
            writer.member("lateness_minutes", latenessMillis / 60_000)
            writer.member("dedupe_hours", dedupeMillis / 3_600_000)
        }
        for rule in rules { line { rule.write(into: &$0) } }
        return bytes
    }
}

extension Rule {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.member("rule", name)
        switch test {
        case .cap(let most):
            writer.member("kind", "cap")
            writer.member("window", window.name)
            writer.member("amount_max", most)
        case .soar(let factor, let tickets):
            writer.member("kind", "soar")
            writer.member("window", window.name)
            writer.key("factor")
            writer.raw(Array(RiskDecision.yuan(factor).utf8))
            writer.member("payer_tickets_max", Int64(tickets))
            writer.member("history_orders_min", Int64(historyOrdersMin))
        }
        writer.member("orders_min", Int64(ordersMin))
        writer.member("payers_min", Int64(payersMin))
        writer.member("action", action.rawValue)
    }
}
