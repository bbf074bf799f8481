public import RiskWindows

/// What a hit leads to.
public enum RuleAction: String, Sendable, CaseIterable {
    /// The merchant's next payments are refused.
    case block
    /// A decision is written, nothing else happens.
    case alert
}

/// What a rule looks for, in one window of one merchant. All it takes is integers.
public enum RuleTest: Sendable, Equatable {
    /// More than so much money, fen, in the window: an absolute limit, whoever pays.
    case cap(amountMaxFen: Int64)
    /// More money than the merchant's own mean of this window times a factor (hundredths), even where one payer counts for no more than
    /// so many of the merchant's mean tickets: one big order, or one person who pays for an office, is no soar.
    case soar(factorHundredths: Int64, payerTicketsMax: Int)
}

/// One rule.
public struct Rule: Sendable, Equatable {
    /// Its name, unique in its set; stands in decisions.
    public let name: String
    /// The window it looks at.
    public let window: RiskWindow
    /// What it looks for.
    public let test: RuleTest
    /// Orders the window must hold.
    public let ordersMin: Int
    /// Different payers the window must hold, so that one person who pays for an office is no soar.
    public let payersMin: Int
    /// Orders the merchant must have behind it before the rule speaks: without a history there is no mean.
    public let historyOrdersMin: Int
    /// What a hit leads to.
    public let action: RuleAction

    /// Joins the members; ``RuleSet/parse(_:)`` checks their bounds.
    public init(
        name: String, window: RiskWindow, test: RuleTest, ordersMin: Int = 1, payersMin: Int = 1,
        historyOrdersMin: Int = 0, action: RuleAction = .block
    ) {
        self.name = name
        self.window = window
        self.test = test
        self.ordersMin = ordersMin
        self.payersMin = payersMin
        self.historyOrdersMin = historyOrdersMin
        self.action = action
    }

    /// The code under which a restriction names the reason.
    public var reasonCode: String {
        switch test {
        case .cap: "RISK_AMOUNT_CAP"
        case .soar: "RISK_AMOUNT_SOAR"
        }
    }
}

/// The rules that are active together, in the order in which they are asked.
public struct RuleSet: Sendable, Equatable {
    /// Its name; stands in every decision.
    public let name: String
    /// How long a block lasts, milliseconds.
    public let blockMillis: Int64
    /// How late an order may be and still lead to a block, milliseconds. Later ones count for the merchant's mean only.
    public let latenessMillis: Int64
    /// How long a transaction id is remembered, milliseconds: a repeat within it changes nothing.
    public let dedupeMillis: Int64
    /// The rules.
    public let rules: [Rule]

    /// Joins the members.
    public init(
        name: String, blockMinutes: Int = RiskLimits.blockMinutesDefault,
        latenessMinutes: Int = RiskLimits.latenessMinutesDefault, dedupeHours: Int = RiskLimits.dedupeHoursDefault,
        rules: [Rule]
    ) {
        self.name = name
        blockMillis = Int64(blockMinutes) * 60_000
        latenessMillis = Int64(latenessMinutes) * 60_000
        dedupeMillis = Int64(dedupeHours) * 3_600_000
        self.rules = rules
    }
}

extension RiskWindow {
    /// Its name in rule files and decisions.
    public var name: String {
        switch self {
        case .minute: "1m"
        case .tenMinutes: "10m"
        case .hour: "1h"
        }
    }

    /// The window of this name.
    public init?(name: String) {
        guard let window = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = window
    }
}

extension RuleSet {
    /// Windows in which a merchant's own mean is compared.
    static let soarWindows: [RiskWindow] = [.minute, .tenMinutes]
    /// Orders and payers a soar asks for where the file does not say: one big order or one office must not block.
    static let soarFloor = 5
    /// Mean tickets one payer counts for in a soar where the file does not say.
    static let payerTicketsMax = 12
    /// Orders of history a soar asks for where the file does not say.
    static let historyOrdersMin = 30

    /// The rules where no file is given. Their score on the labelled stream stands in `docs/operating.md`.
    public static let standard = RuleSet(
        name: "standard-1",
        rules: [
            Rule(name: "cap-1m", window: .minute, test: .cap(amountMaxFen: 6_000_000)),
            Rule(name: "cap-10m", window: .tenMinutes, test: .cap(amountMaxFen: 8_000_000)),
            Rule(name: "cap-1h", window: .hour, test: .cap(amountMaxFen: 10_000_000)),
            Rule(
                name: "soar-1m", window: .minute, test: .soar(factorHundredths: 10_000, payerTicketsMax: 12),
                ordersMin: 6, payersMin: 5,
                historyOrdersMin: 30),
            Rule(
                name: "soar-10m", window: .tenMinutes, test: .soar(factorHundredths: 5_000, payerTicketsMax: 12),
                ordersMin: 6, payersMin: 5,
                historyOrdersMin: 30),
        ])
}
