internal import MessageModel

extension Demo {
    /// What the operator sets up before the first payment.
    func prepare(_ marketing: MarketingPlan, _ world: WorldWithQueue) async throws {
        for promotion in marketing.promotions { try await world.operatorClient.make(promotion) }
        for campaign in marketing.campaigns { try await world.operatorClient.make(campaign) }
        output(
            "operator made promotions \(marketing.promotions.map(\.id).joined(separator: ", "))"
                + " and campaign \(marketing.campaigns.map(\.id).joined(separator: ", "))")
    }

    /// Tells when merchants change their ways, and when the gate begins to refuse the one that fakes.
    func narrate(_ world: WorldWithQueue) async throws {
        let timeline = plan.timeline
        func names(_ role: MerchantRole) -> String {
            schedule.merchants(role).map(\.merchantID).joined(separator: ", ")
        }
        async let refusal: Void = tellFirstRefusal(world)
        try await clock.sleep(untilMillis: timeline.fakesFromMillis)
        output("      merchant \(names(.faker)) begins to fake orders")
        try await clock.sleep(untilMillis: timeline.rush.lowerBound)
        output(
            "      merchant \(names(.lunchRush)) has its lunch rush until second \(timeline.rush.upperBound / 1_000)")
        try await refusal
    }

    private func tellFirstRefusal(_ world: WorldWithQueue) async throws {
        try await clock.sleep(untilMillis: plan.timeline.fakesFromMillis)
        while !world.gateLog.entries.contains(where: \.isRestricted) {
            try await Task.sleep(for: .milliseconds(SimulatorLimits.auditPauseMillis))
        }
        output("      the gate refuses merchant \(world.gateLog.merchantID)")
    }

    /// Waits until the topic's consumers have worked off their queues and every block was called back, or the bound has
    /// passed, and asks what they came to.
    func consumerResults(_ marketing: MarketingPlan, _ world: WorldWithQueue) async throws -> ConsumerResults {
        let client = world.operatorClient
        var results = ConsumerResults()
        while true {
            let status = await client.status()
            results.undrained = status?.undrained ?? ["of a daemon that does not answer": 1]
            results.grantMessages = status?.grants ?? 0
            results.decisions = try await client.riskDecisions()
            results.restrictions = try await client.riskRestrictions()
            let isSettled = results.undrained.isEmpty && results.isEffective(world.callbacks.book.blockedCases)
            guard clock.millis < boundMillis, !isSettled else { break }
            try await Task.sleep(for: .milliseconds(SimulatorLimits.auditPauseMillis))
        }
        for promotion in marketing.promotions {
            results.promotions[promotion.id] = try await client.figures(promotion)
        }
        for campaign in marketing.campaigns { results.campaigns[campaign.id] = try await client.figures(campaign) }
        return results
    }

    /// The account of the risk control.
    func riskAccount(_ results: ConsumerResults, _ world: WorldWithQueue) -> RiskAccount {
        var account = RiskAccount(
            RiskAccount.Sources(
                schedule: schedule, results: results, callbacks: world.callbacks.book, gate: world.gateLog.entries,
                paid: world.book.paidOrders, away: absence.range))
        account.isRefusalExpected = plan.seconds >= RiskScenario.refusalExpectedFromSeconds
        return account
    }

    /// The account of promotions and campaigns.
    func marketingAccount(
        _ marketing: MarketingPlan, _ results: ConsumerResults, stored: [String: StoredOrder], _ world: WorldWithQueue
    ) -> MarketingAccount {
        let payments = stored.keys.compactMap { world.book.order(transactionID: $0)?.payment }
        return MarketingAccount(marketing, results: results, stored: payments)
    }
}
