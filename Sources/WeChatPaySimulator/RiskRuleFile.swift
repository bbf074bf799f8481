internal import AccessControl
internal import BoundedJSON

/// The rules of the demo's daemon: a cap set by people who know their merchants, and a soar over what a merchant
/// usually takes. Pure but for the writing.
struct RiskRuleFile: Sendable, Equatable {
    /// Fen within the cap's window.
    let capFen: Int64
    /// Orders of history a soar wants.
    let historyOrderCountMin: Int

    /// Rules for one schedule: a cap that none of its honest merchants reaches, a history that all of them need some time
    /// to have.
    init(_ schedule: PaymentSchedule) {
        let honest = schedule.payments.filter { schedule.role(of: $0) != .faker }
        let sums = honest.reduce(into: [:]) { $0[$1.merchantID, default: Int64(0)] += $1.amount }
        let early = honest.filter { $0.atMillis < RiskScenario.soarHistoryMillis }
        let counts = early.reduce(into: [:]) { $0[$1.merchantID, default: 0] += 1 }
        historyOrderCountMin = max(counts.values.max() ?? 0, 1)
        capFen = max((sums.values.max() ?? 0) * RiskScenario.capPercent / 100, 1)
    }

    /// Writes the file.
    func write(path: String) throws(SimulatorError) {
        do {
            try SecretFile.create(path: path, Array(text.utf8))
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// One JSON object a line.
    var text: String {
        let header = Self.line { writer in
            writer.member("rule_set", RiskScenario.ruleSet)
            writer.member("block_minutes", RiskScenario.blockMinutes)
        }
        let cap = Self.line { writer in
            writer.member("rule", "cap-" + RiskScenario.capWindow)
            writer.member("kind", "cap")
            writer.member("window", RiskScenario.capWindow)
            writer.member("amount_max", capFen)
            writer.member("action", "block")
        }
        let soar = Self.line { writer in
            writer.member("rule", "soar-" + RiskScenario.soarWindow)
            writer.member("kind", "soar")
            writer.member("window", RiskScenario.soarWindow)
            writer.member("factor", RiskScenario.soarFactor)
            writer.member("orders_min", RiskScenario.soarOrderCountMin)
            writer.member("payers_min", RiskScenario.soarPayerCountMin)
            writer.member("history_orders_min", historyOrderCountMin)
            writer.member("action", "block")
        }
        return "# Rules of the demo.\n" + header + cap + soar
    }

    private static func line(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
