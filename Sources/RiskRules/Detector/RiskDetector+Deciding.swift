internal import RiskWindows

extension RiskDetector {
    /// Asks the rules about a merchant whose order was just entered.
    mutating func decide(_ order: RiskOrder, _ number: UInt32) -> RiskDecision? {
        let history = merchants[Int(number)]
        var hits: [(rule: Rule, hit: RuleHit)] = []
        for rule in rules.rules {
            if let hit = test(rule, history, number, order.amountFen) { hits.append((rule, hit)) }
        }
        guard !hits.isEmpty else { return nil }
        if let index = hits.firstIndex(where: { $0.rule.action == .block }) {
            hits.insert(hits.remove(at: index), at: 0)
            return block(order, number, hits)
        }
        return alert(order, number, hits)
    }

    /// What one rule sees; nil where it does not hit.
    private func test(_ rule: Rule, _ history: MerchantHistory, _ number: UInt32, _ amountFen: Int64) -> RuleHit? {
        if let last = history.lastDecisionMillis, clockMillis - rule.window.spanMillis < last { return nil }
        let figures = windows.figures(of: number, in: rule.window)
        guard figures.orderCount >= rule.ordersMin, figures.payerCount >= rule.payersMin else { return nil }
        switch rule.test {
        case .cap(let most):
            guard figures.sumFen > most else { return nil }
            return RuleHit(rule: rule.name, window: rule.window, figures: figures, expectedFen: nil, limitFen: most)
        case .soar(let factor, let tickets):
            guard history.orderCount >= UInt64(rule.historyOrdersMin) else { return nil }
            let soar = Soar(
                window: rule.window, figures: figures, history: history, amountFen: amountFen, clockMillis: clockMillis)
            guard let seen = soar.verdict(factorHundredths: factor, payerTicketsMax: tickets, recent) else {
                return nil
            }
            return RuleHit(
                rule: rule.name, window: rule.window, figures: figures, expectedFen: seen.expectedFen,
                limitFen: seen.limitFen)
        }
    }

    private mutating func block(
        _ order: RiskOrder, _ number: UInt32, _ hits: [(rule: Rule, hit: RuleHit)]
    ) -> RiskDecision? {
        let history = merchants[Int(number)]
        let runs = history.isBlocked(atMillis: clockMillis)
        if runs, let until = history.blockedUntilMillis, 2 * (until - clockMillis) >= rules.blockMillis { return nil }
        let until = clockMillis + rules.blockMillis
        let decision = make(
            runs ? .affirm : .block, number, hits: hits.map(\.hit), reasonCode: hits[0].rule.reasonCode, until: until,
            caseID: runs ? history.caseID : nil, order: order)
        merchants[Int(number)].blockedUntilMillis = until
        merchants[Int(number)].caseID = decision.caseID
        merchants[Int(number)].lastDecisionMillis = clockMillis
        return decision
    }

    /// Alerts are told once for each length of the window that hit.
    private mutating func alert(
        _ order: RiskOrder, _ number: UInt32, _ hits: [(rule: Rule, hit: RuleHit)]
    ) -> RiskDecision? {
        let history = merchants[Int(number)]
        if let last = history.lastAlertMillis, clockMillis - last < hits[0].rule.window.spanMillis { return nil }
        merchants[Int(number)].lastAlertMillis = clockMillis
        return make(
            .alert, number, hits: hits.map(\.hit), reasonCode: hits[0].rule.reasonCode, until: nil, caseID: "",
            order: order)
    }

    /// Numbers a decision and remembers that it is to be stored. `caseID` nil opens a case.
    mutating func make(
        _ action: DecisionAction, _ number: UInt32, hits: [RuleHit], reasonCode: String, until: Int64?, caseID: String?,
        order: RiskOrder?, actor: String = "", note: String = ""
    ) -> RiskDecision {
        merchants[Int(number)].decisionCount += 1
        changes.merchants.insert(number)
        changes.control = true
        counts.count(action)
        let history = merchants[Int(number)]
        let merchantID = merchantIDs[Int(number)]
        let id = DecisionID.of(
            ruleSet: rules.name, rule: hits.first?.rule ?? action.rawValue, merchantID: merchantID,
            orderNumber: counts.orders, sequence: history.decisionCount)
        var samples = recent.samples(merchant: number, countMax: RiskLimits.sampleCountMax + 1)
        samples.removeAll { $0 == order?.transactionID }
        let decision = RiskDecision(
            number: counts.decisionTotal, id: id, action: action, merchantID: merchantID,
            sequence: history.decisionCount, caseID: caseID ?? DecisionID.caseID(id), ruleSet: rules.name, hits: hits,
            reasonCode: reasonCode, atMillis: clockMillis, untilMillis: until,
            blockedBeforeUntilMillis: history.isBlocked(atMillis: clockMillis) ? history.blockedUntilMillis : nil,
            transactionID: order?.transactionID ?? "", orderNumber: counts.orders,
            sampleTransactionIDs: Array(samples.prefix(RiskLimits.sampleCountMax)),
            historyOrderCount: history.orderCount, actor: actor, note: note)
        freshDecisions.append(decision)
        return decision
    }
}
