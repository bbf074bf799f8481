import RiskRules
import RiskWindows

/// A seeded stream of orders with everything that happens to one: jitter, lateness, repeats, bursts, quiet times, big orders.
struct OrderStream {
    var generator: SeededGenerator
    private var clock: Int64 = 1_772_380_800_000
    private var number = 0
    private var past: [RiskOrder] = []
    private var bursts: [Int: Int] = [:]
    let merchantCount: Int

    init(seed: UInt64, merchantCount: Int = 6) {
        generator = SeededGenerator(seed: seed)
        self.merchantCount = merchantCount
    }

    private mutating func below(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

    mutating func next() -> RiskOrder {
        if !past.isEmpty, below(40) == 0 { return past[past.count - 1 - below(min(past.count, 50))] }
        let isQuiet = below(400) == 0
        clock += Int64(isQuiet ? below(5_400_000) : below(9_000))
        var merchant = below(merchantCount)
        if below(60) == 0 { bursts[merchant] = 12 }
        if let burst = bursts.first(where: { $0.value > 0 }) {
            merchant = burst.key
            bursts[merchant] = burst.value - 1
            clock -= Int64(below(3_000))
        }
        let isBurst = (bursts[merchant] ?? 0) > 0
        number += 1
        let lateness = below(30) == 0 ? below(4_000_000) : below(3_000)
        let order = RiskOrder(
            transactionID: number % 9 == 0 ? "tx_\(number)" : "4200002719" + String(10_000_000 + number),
            merchantID: "16300000\(merchant)", payer: below(25) == 0 ? "" : "payer\(below(isBurst ? 40 : 12))",
            amountFen: Int64(1 + below(isBurst ? 60_000 : 4_000) + (below(80) == 0 ? 900_000 : 0)),
            timeMillis: clock - Int64(lateness))
        past.append(order)
        return order
    }
}

extension RuleSet {
    /// Rules that hit often enough in a small stream.
    static let busy = RuleSet(
        name: "busy", blockMinutes: 10,
        rules: [
            Rule(name: "cap-10m", window: .tenMinutes, test: .cap(amountMaxFen: 1_200_000)),
            Rule(
                name: "soar-1m", window: .minute, test: .soar(factorHundredths: 900, payerTicketsMax: 8), ordersMin: 5,
                payersMin: 5, historyOrdersMin: 30),
            Rule(
                name: "look-1h", window: .hour, test: .cap(amountMaxFen: 600_000), ordersMin: 3, payersMin: 2,
                action: .alert),
            Rule(
                name: "soar-10m", window: .tenMinutes, test: .soar(factorHundredths: 450, payerTicketsMax: 8),
                ordersMin: 6, payersMin: 5, historyOrdersMin: 30),
        ])
}
