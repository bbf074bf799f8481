internal import AccessControl
internal import Engine
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import PushSchedule
internal import Telemetry

extension MerchantPush {
    /// Performs what the state machine decided.
    func perform(_ steps: [PushStep<PushOrder<E.Receipt>>]) {
        for step in steps {
            switch step {
            case .start(let order, let slot): startedFeed.yield(StartedPush(order: order, slot: slot))
            case .release(let order, let delayMillis): deferOrder(order, delayMillis: UInt64(max(delayMillis, 0)))
            case .forget: break
            }
        }
    }

    /// Sends an order back without using an attempt.
    func deferOrder(_ order: PushOrder<E.Receipt>, delayMillis: UInt64) {
        enqueue(PendingResult(transaction: transactions.released(order, delayMillis: delayMillis), kind: .deferred))
    }

    /// One child task per attempt, as many as there are slots. Ends when no more can start and all have ended; those that take longer than the stop allows are
    /// broken off.
    func attemptStarted() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.endOfPatience() }
            group.addTask {
                await withDiscardingTaskGroup { attempts in
                    for await push in self.started { attempts.addTask { await self.attempt(push) } }
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when the stop has lasted its bound, or when cancelled.
    private func endOfPatience() async {
        for await _ in stopSignal.wakes { break }
        try? await Task.sleep(for: .milliseconds(settings.stopMillisMax))
    }

    private func attempt(_ push: StartedPush<E.Receipt>) async {
        let result = await sender.attempt(push.order)
        ended(push, result)
    }

    private func ended(_ push: StartedPush<E.Receipt>, _ result: AttemptResult) {
        counters.attempts[result.outcome, default: 0] += 1
        let order = push.order
        let (action, steps) = machine.finished(
            push.slot,
            .init(
                outcome: result.outcome, message: order.number, wasProbe: push.slot.isProbe,
                latencyMillis: result.latencyMillis, retryAfterMillis: result.retryAfterMillis),
            nowMillis: nowMillis, sha256: Hashes.sha256)
        settle(order, result)
        perform(steps)
        report(action, merchantID: push.slot.merchantID)
        roomSignal.raise()
    }

    private func settle(_ order: PushOrder<E.Receipt>, _ result: AttemptResult) {
        if result.endpoint == nil { return hold(order) }
        switch AttemptDecision.after(result, messageID: order.messageID) {
        case .again(let delayMillis): deferOrder(order, delayMillis: delayMillis)
        case .acknowledged(let record):
            countFirst(result, record)
            let kind = PendingResult<E.Receipt>.Kind.acknowledged(
                receivedAtMillis: record.receivedAtMillis, acknowledgedAtMillis: result.endedAtMillis)
            enqueue(PendingResult(transaction: transactions.acknowledged(order, record), kind: kind))
        case .retry(let record, let delayMillis):
            countFirst(result, record)
            let transaction = transactions.retried(order, record, delayMillis: delayMillis)
            enqueue(PendingResult(transaction: transaction, kind: .scheduled))
        case .dead(let record):
            countFirst(result, record)
            bury(order, record)
        }
    }

    private func countFirst(_ result: AttemptResult, _ record: OrderRecord) {
        guard record.attemptCount == 1 else { return }
        // A clock that was set back counts as no time.
        counters.timeToFirstAttempt.record(UInt64(max(result.startedAtMillis - record.receivedAtMillis, 0)))
    }

    private func bury(_ order: PushOrder<E.Receipt>, _ record: OrderRecord) {
        guard let transaction = try? transactions.dead(order, record) else { return }
        enqueue(PendingResult(transaction: transaction, kind: .dead))
        guard mayLog("dead") else { return }
        logger.critical(
            "an order was not accepted within its retry ladder, moved to dead-orders",
            metadata: [
                "transaction_id": "\(order.message.transactionID)", "merchant_id": "\(order.merchantID)",
                "attempts": "\(record.attemptCount)", "last": "\(record.lastOutcome)",
            ])
    }

    /// One line per change of an endpoint, never one per order.
    private func report(_ action: EndpointHealth.Action, merchantID: String) {
        let metadata: Logger.Metadata = ["merchant_id": "\(merchantID)"]
        switch action {
        case .none, .probeFailed: break
        case .opened: logger.warning("endpoint fails, only probes are sent", metadata: metadata)
        case .recovered: logger.notice("endpoint accepts again", metadata: metadata)
        case .paused: logger.warning("endpoint answered 410 three times, paused", metadata: metadata)
        }
    }
}
