internal import BoundedJSON
internal import RiskWindows

/// Why a rule file is refused. Nothing was changed.
public struct RuleFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1 on; 0 where it is about the file as a whole.
    public let line: Int
    /// What is wrong with it, and what is allowed.
    public let reason: String

    /// Joins line and reason.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    /// One sentence.
    public var description: String { line == 0 ? "rule file: \(reason)" : "rule file, line \(line): \(reason)" }
}

extension RuleSet {
    /// Reads a rule file: one JSON object a line, first the head, then one line a rule. Empty lines and lines that begin with `#` are passed over.
    ///
    ///     {"rule_set":"2026-11","block_minutes":60,"lateness_minutes":30,"dedupe_hours":24}
    ///     {"rule":"hour-cap","kind":"cap","window":"1h","amount_max":50000000,"action":"block"}
    ///     {"rule":"soar-10m","kind":"soar","window":"10m","factor":8,"orders_min":5,"payers_min":5,"history_orders_min":30}
    ///
    /// - Throws: ``RuleFileError`` for the first line that breaks a rule.
    public static func parse(_ bytes: [UInt8]) throws(RuleFileError) -> RuleSet {
        guard bytes.count <= RiskLimits.ruleFileByteCountMax else {
            throw RuleFileError(
                line: 0, reason: "\(bytes.count) bytes: at most \(RiskLimits.ruleFileByteCountMax) are allowed")
        }
        var head: RuleSetHead?
        var rules: [Rule] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = line.trimmed
            guard let start = text.first, start != UInt8(ascii: "#") else { continue }
            do throws(RuleLineRefusal) {
                let object = try RuleLine(Array(text))
                if head == nil {
                    head = try RuleSetHead(object)
                } else {
                    rules.append(try rule(object, among: rules))
                }
            } catch {
                throw RuleFileError(line: index + 1, reason: error.reason)
            }
        }
        guard let head else {
            throw RuleFileError(line: 0, reason: "it is empty: the first line must name the rule_set")
        }
        guard !rules.isEmpty else {
            throw RuleFileError(line: 0, reason: "it has no rule: 1 to \(RiskLimits.ruleCountMax) are allowed")
        }
        return RuleSet(
            name: head.name, blockMinutes: head.blockMinutes, latenessMinutes: head.latenessMinutes,
            dedupeHours: head.dedupeHours, rules: rules)
    }

    private static func rule(_ line: RuleLine, among others: [Rule]) throws(RuleLineRefusal) -> Rule {
        guard others.count < RiskLimits.ruleCountMax else {
            throw RuleLineRefusal("more than \(RiskLimits.ruleCountMax) rules")
        }
        let rule = try Rule(line)
        guard !others.contains(where: { $0.name == rule.name }) else {
            throw RuleLineRefusal("the name \"\(rule.name)\" stands for an earlier rule")
        }
        return rule
    }
}

/// The first line of a rule file.
private struct RuleSetHead {
    let name: String
    let blockMinutes: Int
    let latenessMinutes: Int
    let dedupeHours: Int

    init(_ line: RuleLine) throws(RuleLineRefusal) {
        try line.allowOnly(["rule_set", "block_minutes", "lateness_minutes", "dedupe_hours"])
        name = try line.name("rule_set")
        blockMinutes = try line.integer("block_minutes", RiskLimits.blockMinutes) ?? RiskLimits.blockMinutesDefault
        latenessMinutes =
            try line.integer("lateness_minutes", RiskLimits.latenessMinutes) ?? RiskLimits.latenessMinutesDefault
        dedupeHours = try line.integer("dedupe_hours", RiskLimits.dedupeHours) ?? RiskLimits.dedupeHoursDefault
    }
}

extension Rule {
    fileprivate init(_ line: RuleLine) throws(RuleLineRefusal) {
        let name = try line.name("rule")
        let common = ["rule", "kind", "window", "orders_min", "payers_min", "action"]
        let window = try line.choice("window", RiskWindow.allCases.map(\.name)).flatMap { RiskWindow(name: $0) }
        guard let window else { throw RuleLineRefusal("window is missing: 1m, 10m or 1h") }
        let action = try line.choice("action", RuleAction.allCases.map(\.rawValue)).flatMap { RuleAction(rawValue: $0) }
        let test: RuleTest
        var historyOrdersMin = 0
        switch try line.choice("kind", ["cap", "soar"]) {
        case "cap":
            try line.allowOnly(common + ["amount_max"])
            test = .cap(amountMaxFen: try line.required("amount_max", RiskLimits.capFen))
        case "soar":
            try line.allowOnly(common + ["factor", "history_orders_min", "payer_tickets_max"])
            guard RuleSet.soarWindows.contains(window) else {
                throw RuleLineRefusal("a soar looks at \(RuleSet.soarWindows.map(\.name).joined(separator: " or "))")
            }
            let tickets = try line.integer("payer_tickets_max", RiskLimits.payerTickets)
            test = .soar(
                factorHundredths: try line.factor("factor"), payerTicketsMax: tickets ?? RuleSet.payerTicketsMax)
            historyOrdersMin = try line.integer("history_orders_min", RiskLimits.floorCount) ?? RuleSet.historyOrdersMin
        default: throw RuleLineRefusal("kind is missing: cap or soar")
        }
        let isSoar = historyOrdersMin > 0
        self.init(
            name: name, window: window, test: test,
            ordersMin: try line.integer("orders_min", RiskLimits.floorCount) ?? (isSoar ? RuleSet.soarFloor : 1),
            payersMin: try line.integer("payers_min", RiskLimits.floorCount) ?? (isSoar ? RuleSet.soarFloor : 1),
            historyOrdersMin: historyOrdersMin, action: action ?? .block)
    }
}
