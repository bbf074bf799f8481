internal import Engine
internal import Logging
public import MessageModel
internal import PaymentNotice
internal import RiskRules
internal import Tillwire
public import TopicConsumer

extension RiskControl {
    /// Reads the rules and what is remembered, before anything runs.
    func loadAtStart() async throws(RiskControlError) {
        let isRemembered: Bool
        do throws(BrokerError) {
            isRemembered = try await broker.row(RiskRows.space, key: Bytes(DetectorRow.restoringPrefixes[0])) != nil
        } catch { throw .store(error) }
        do throws(RuleFileError) { wantedRules = try readRules() } catch {
            guard isRemembered else { throw .rules(error) }
            logger.critical("the risk rules are broken, those that were active last stay active: \(error)")
        }
        do throws(ConsumerChangeError<Never>) {
            // Nothing changes but the active rules, where they are new: what was active must be known to a start with a broken file.
            try await change { (_) throws(Never) in }
        } catch {
            // The rest of the daemon must run; the consumer tries again and says so.
            guard case .store(.corrupted(let what)) = error else { throw .store(error.reason) }
            failed(.corrupted(what))
        }
    }

    /// Reads everything anew; entries of the outbox that a commit of unknown outcome left are found too.
    public func reload() async throws(BrokerError) {
        var fresh = RiskDetector(rules: wantedRules ?? .standard)
        var ledger = SetAsideLedger(space: RiskRows.space, prefix: RiskRows.setAsidePrefix)
        var problem: String?
        for prefix in DetectorRow.restoringPrefixes {
            try await broker.forEachRow(RiskRows.space, prefix: Bytes(prefix)) { row in
                do throws(DetectorRowError) {
                    try fresh.restore(DetectorRow(key: Array(row.key.slice), value: Array(row.value.slice)))
                } catch { problem = error.description }
                return problem == nil
            }
        }
        do throws(DetectorRowError) { try fresh.finishRestoring(hasFallback: wantedRules != nil) } catch {
            problem = problem ?? error.description
        }
        try await broker.forEachRow(RiskRows.space, prefix: Bytes([RiskRows.setAsidePrefix])) { row in
            // They inform, and nothing depends on them.
            if !ledger.restore(row) { logger.error("a row of what risk control set aside cannot be read") }
            return true
        }
        if let problem { throw .corrupted(problem) }
        if let wantedRules, fresh.rules != wantedRules { fresh.use(wantedRules) }
        detector = fresh
        setAside = ledger
        handedOver = []
        try await outbox.resync()
    }

    /// Nothing has to be read; but a burst of decisions waits here until the restrictions before it are durable.
    public func prepare(_ messages: [ConsumedMessage]) async throws(BrokerError) { await outbox.waitForRoom() }

    /// Takes one message: an order goes to the detector, anything else is set aside.
    public func take(_ message: ConsumedMessage) {
        switch message {
        case .setAside(let order): setAside.add(order)
        case .order(let order):
            // The decision stays in the detector until the changes are taken.
            _ = detector.take(
                RiskOrder(
                    transactionID: order.message.transactionID, merchantID: order.message.merchantID,
                    payer: order.message.payer, amountFen: order.message.amount, timeMillis: order.paidAtMillis))
        }
    }

    /// Rows that wait for a commit; an upper bound.
    public var changeCount: Int { detector.changeCount + detector.freshDecisionCount + setAside.changeCount }

    /// The changed rows, and an outbox entry for each decision with an effect.
    public func takeChanges() -> ConsumerChanges {
        let (rows, decisions) = detector.takeChanges()
        let messages = decisions.compactMap { CallbackMessage($0) }
        handedOver += messages
        var changes = ConsumerChanges(rows: rows.map(RiskRows.change) + setAside.takeChanges())
        changes.rows += messages.map { RowChange(space: RiskRows.space, key: $0.key, value: Bytes($0.body)) }
        return changes
    }

    /// Hands the entries to the outbox.
    public func changesCommitted() {
        guard !handedOver.isEmpty else { return }
        outbox.add(handedOver)
        handedOver = []
    }

    /// Counts and logs a failure of the store.
    public func failed(_ error: BrokerError) {
        failureCount += 1
        guard mayLog("store") else { return }
        logger.critical("risk control cannot go on and tries again: \(error)")
    }
}
