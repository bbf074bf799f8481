/// Compares, order by order, what was paid with the daemon's store and with what the merchants received.
struct Audit: Sendable {
    let world: WorldWithQueue
    let schedule: PaymentSchedule

    /// Asks the daemon for every paid order; again for those that must be acknowledged and are not yet, until the clock
    /// shows `boundMillis`.
    /// - Parameter waitsFor: told once how many are left after a moment of patience.
    func stored(
        clock: WorldClock, boundMillis: Int, waitsFor: (Int) -> Void
    ) async throws -> [String: StoredOrder] {
        var roundCount = 0
        var found: [String: StoredOrder] = [:]
        var open = world.book.paidTransactionIDs
        while !open.isEmpty {
            for (id, order) in try await ask(open) { found[id] = order }
            open = open.filter { found[$0]?.state != .acknowledged && role(of: $0) != .dead }
            guard clock.millis < boundMillis, !open.isEmpty else { break }
            roundCount += 1
            if roundCount == SimulatorLimits.quietAuditRoundCount { waitsFor(open.count) }
            try await Task.sleep(for: .milliseconds(SimulatorLimits.auditPauseMillis))
        }
        return found
    }

    /// Draws the account.
    func account(stored: [String: StoredOrder]) -> Account {
        let flow = world.flow.figures
        let ledger = world.servers.ledger.figures
        let paid = world.book.paidTransactionIDs
        var account = Account()
        account.payments = flow.payments
        account.gateRefusals = flow.refusals
        account.gateSilences = flow.silences
        account.restrictedAccepted = flow.restrictedAccepted
        account.probesAccepted = world.flow.notices.probesAccepted
        account.paid = paid.count
        account.stored = stored.count
        account.deliveredTwice = ledger.deliveredAgain
        account.badSignatures = ledger.badSignatures
        account.wrongContents = ledger.wrongContents
        for id in paid { book(id, stored[id], arrived: ledger.deliveries[id] != nil, into: &account) }
        return account
    }

    private func book(_ id: String, _ order: StoredOrder?, arrived: Bool, into account: inout Account) {
        guard let order else { return account.lost += 1 }
        if let payment = world.book.order(transactionID: id)?.payment, !order.agrees(with: payment) {
            account.wrongContents += 1
        }
        guard order.state != .acknowledged else {
            account.acknowledged += 1
            if !arrived { account.lost += 1 }
            return
        }
        let role = role(of: id)
        account.waiting[Self.reason(order, role), default: 0] += 1
        if role != .dead { account.overdue += 1 }
    }

    private static func reason(_ order: StoredOrder, _ role: MerchantRole?) -> String {
        let whose = "for the \(role?.rawValue ?? "unknown") merchant"
        guard !order.lastOutcome.isEmpty else { return "\(order.state.rawValue) \(whose), not tried yet" }
        let plan = order.nextDue == nil ? order.state.rawValue : "scheduled"
        return "\(plan) \(whose), last attempt \(order.lastOutcome)"
    }

    private func role(of id: String) -> MerchantRole? {
        world.book.order(transactionID: id).map { schedule.merchants[$0.payment.merchantIndex].role }
    }

    private func ask(_ ids: [String]) async throws -> [(String, StoredOrder)] {
        let client = world.operatorClient
        let laneCount = min(SimulatorLimits.auditParallelCount, ids.count)
        return try await withThrowingTaskGroup { group in
            for lane in 0..<laneCount {
                group.addTask {
                    var found: [(String, StoredOrder)] = []
                    for index in stride(from: lane, to: ids.count, by: laneCount) {
                        guard let order = try await client.order(transactionID: ids[index]) else { continue }
                        found.append((ids[index], order))
                    }
                    return found
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
