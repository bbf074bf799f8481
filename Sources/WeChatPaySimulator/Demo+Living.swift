internal import MessageModel

extension Demo {
    /// Lets both worlds live until everything deliverable is delivered and acknowledged in the one with the queue, or
    /// the bound has passed.
    ///
    /// The first thing that breaks ends it. The world without the queue is cut off at the end: what is unconfirmed
    /// there stays so.
    /// - Returns: every paid order as the daemon's store has it, by transaction id, and what the topic's consumers came
    ///   to.
    func live(
        _ world: WorldWithQueue, _ without: WorldWithoutQueue, _ marketing: MarketingPlan
    ) async throws -> (stored: [String: StoredOrder], results: ConsumerResults) {
        typealias Part = (stored: [String: StoredOrder], results: ConsumerResults)?
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await world.flow.run(schedule.payments, clock: clock)
                return nil
            }
            group.addTask {
                try await without.flow.run(schedule.payments, clock: clock)
                return nil
            }
            group.addTask {
                try await operate(world, without)
                return nil
            }
            group.addTask {
                try await showProgress(world)
                return nil
            }
            group.addTask {
                try await narrate(world)
                return nil
            }
            group.addTask {
                try await waitUntilDelivered(world)
                let stored = try await audit(world)
                return (stored, try await consumerResults(marketing, world))
            }
            var end: Part = nil
            while end == nil, let part = try await group.next() { end = part }
            group.cancelAll()
            // What was cut off says so by an error nobody needs any more.
            while await group.nextResult() != nil {}
            return end ?? ([:], ConsumerResults())
        }
    }

    /// The operator's day: restrict, kill and start again, register, lift.
    private func operate(_ world: WorldWithQueue, _ without: WorldWithoutQueue) async throws {
        let timeline = plan.timeline
        let restricted = schedule.merchants.filter { $0.role == .restricted }
        try await clock.sleep(untilMillis: timeline.restricted.lowerBound)
        for merchant in restricted {
            try await world.operatorClient.restrict(merchantID: merchant.merchantID, caseID: Self.caseID(merchant))
            world.flow.expectRefusals(ofMerchant: merchant.merchantID)
        }
        output("      operator restricted merchant \(restricted.map(\.merchantID).joined(separator: ", "))")
        try await clock.sleep(untilMillis: timeline.killAtMillis)
        try await killAndStart()
        try await clock.sleep(untilMillis: timeline.registerAtMillis)
        for (merchant, endpoint) in world.servers.endpoints where merchant.role == .late {
            try await world.operatorClient.register(merchant, endpoint)
            output("      operator registered merchant \(merchant.merchantID)")
        }
        try without.registerLateMerchants()
        try await clock.sleep(untilMillis: timeline.restricted.upperBound)
        world.flow.expectRefusals(ofMerchant: nil)
        for merchant in restricted { try await world.operatorClient.lift(caseID: Self.caseID(merchant)) }
        output("      operator lifted the restriction")
    }

    private func killAndStart() async throws {
        let killedAt = clock.millis
        absence.begin(atMillis: Int64(time.now.milliseconds))
        try await daemon.kill()
        output("      daemon killed with SIGKILL; starting it again")
        _ = try await daemon.start()
        absence.end(atMillis: Int64(time.now.milliseconds))
        output("      daemon serves again, it was away for \(clock.millis - killedAt) ms")
    }

    private static func caseID(_ merchant: SimulatedMerchant) -> String {
        "DEMO-\(merchant.merchantID)"
    }

    private func showProgress(_ world: WorldWithQueue) async throws {
        var last: ProgressLine?
        for second in 1... {
            try await clock.sleep(untilMillis: second * 1_000)
            let notices = world.flow.notices
            let flow = world.flow.figures
            let line = ProgressLine(
                seconds: second, payments: flow.payments, gateRefusals: flow.refusalCount, notices: notices.notices,
                repeats: notices.repeats, status: await world.operatorClient.status(),
                delivered: world.servers.ledger.uniqueOrders)
            if line.isWorthShowing(after: last) { output(line.text) }
            last = line
        }
    }

    /// Polls: all payments made, all notices ended, every order whose merchant can be reached at its merchant.
    private func waitUntilDelivered(_ world: WorldWithQueue) async throws {
        try await clock.sleep(untilMillis: plan.paymentMillis)
        while clock.millis < boundMillis, !isDelivered(world) {
            try await Task.sleep(for: .milliseconds(SimulatorLimits.auditPauseMillis))
        }
    }

    /// Asks for every order, and waits for the acknowledgements of those whose delivery the kill cut off: the store
    /// gives them out again only when their leases have ended.
    private func audit(_ world: WorldWithQueue) async throws -> [String: StoredOrder] {
        try await Audit(world: world, schedule: schedule).stored(clock: clock, boundMillis: boundMillis) { count in
            output("      all is paid and sent; \(count) orders wait for their leases from before the kill to end")
        }
    }

    /// When the demo stops waiting, milliseconds of its clock.
    var boundMillis: Int { plan.paymentMillis + SimulatorLimits.settleMillisMax }

    private func isDelivered(_ world: WorldWithQueue) -> Bool {
        let flow = world.flow.figures
        guard flow.payments == schedule.payments.count, flow.underway == 0, world.flow.notices.pending == 0 else {
            return false
        }
        let arrived = world.servers.ledger.figures.deliveries
        return world.book.paidTransactionIDs.allSatisfy { id in
            guard arrived[id] == nil, let order = world.book.order(transactionID: id) else { return true }
            return schedule.merchants[order.payment.merchantIndex].role == .dead
        }
    }
}
