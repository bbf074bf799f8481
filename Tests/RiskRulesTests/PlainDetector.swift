import RiskRules
import RiskWindows

/// The detector's rules in the plainest form: every window is counted anew from a list of all orders at every order. Slow, and written from the
/// description alone: what the real one is compared with.
struct PlainDetector {
    struct Taken {
        let order: RiskOrder
        let isLate: Bool
        let arrival: Int64
    }

    struct Merchant {
        var first: Int64
        var taken: [Taken] = []
        var lastDecision: Int64?
        var blockedUntil: Int64?
    }

    struct Outcome: Equatable {
        let action: DecisionAction
        let merchantID: String
        let rule: String
        let until: Int64?
        let transactionID: String
    }

    let rules: RuleSet
    var clock: Int64 = 0
    var seen: [String: Int64] = [:]
    var merchants: [String: Merchant] = [:]
    var lastAlert: [String: Int64] = [:]

    mutating func take(_ order: RiskOrder) -> Outcome? {
        if let arrival = seen[order.transactionID] {
            // Forgotten once the clock is past the dedupe time behind its arrival; the clock moves only by orders that are no repeats.
            guard arrival <= clock - rules.dedupeMillis else { return nil }
        }
        clock = max(clock, order.timeMillis)
        seen[order.transactionID] = clock
        var merchant = merchants[order.merchantID] ?? Merchant(first: clock)
        let isLate = order.timeMillis < clock - rules.latenessMillis
        let before = merchant.taken
        merchant.taken.append(Taken(order: order, isLate: isLate, arrival: clock))
        defer { merchants[order.merchantID] = merchant }
        guard !isLate else { return nil }
        let hits = rules.rules.filter { hit($0, merchant, before) }
        guard let rule = hits.first(where: { $0.action == .block }) ?? hits.first else { return nil }
        guard rule.action == .block else {
            if let last = lastAlert[order.merchantID], clock - last < rule.window.spanMillis { return nil }
            lastAlert[order.merchantID] = clock
            return Outcome(
                action: .alert, merchantID: order.merchantID, rule: rule.name, until: nil,
                transactionID: order.transactionID)
        }
        let runs = merchant.blockedUntil.map { clock < $0 } ?? false
        if runs, 2 * (merchant.blockedUntil! - clock) >= rules.blockMillis { return nil }
        merchant.blockedUntil = clock + rules.blockMillis
        merchant.lastDecision = clock
        return Outcome(
            action: runs ? .affirm : .block, merchantID: order.merchantID, rule: rule.name,
            until: merchant.blockedUntil, transactionID: order.transactionID)
    }

    private func hit(_ rule: Rule, _ merchant: Merchant, _ before: [Taken]) -> Bool {
        let start = clock - rule.window.spanMillis
        if let last = merchant.lastDecision, start < last { return false }
        let inside = merchant.taken.filter { !$0.isLate && $0.order.timeMillis > start }
        guard inside.count >= rule.ordersMin, Set(inside.map(\.order.payer)).count >= rule.payersMin else {
            return false
        }
        let sum = inside.reduce(0) { $0 + $1.order.amountFen }
        switch rule.test {
        case .cap(let most): return sum > most
        case .soar(let factor, let tickets):
            guard before.count >= rule.historyOrdersMin, clock > merchant.first else { return false }
            let total = merchant.taken.reduce(0) { $0 + $1.order.amountFen }
            var area = Int128(total - sum) * Int128(rule.window.spanMillis)
            for taken in inside { area += Int128(taken.order.amountFen) * Int128(clock - taken.order.timeMillis) }
            let limit = area * Int128(factor) / (Int128(clock - merchant.first) * 100)
            let outside = merchant.taken.count - inside.count
            let ticket =
                outside > 0
                ? (total - sum) / Int64(outside) : before.reduce(0) { $0 + $1.order.amountFen } / Int64(before.count)
            let payers = Dictionary(grouping: inside, by: \.order.payer)
            let limited = payers.values.reduce(0) { all, orders in
                all + min(orders.reduce(0) { $0 + $1.order.amountFen }, ticket * Int64(tickets))
            }
            return Int128(sum) > limit && Int128(limited) > limit
        }
    }
}
