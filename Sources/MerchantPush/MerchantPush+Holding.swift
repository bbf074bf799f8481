internal import Engine
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import Tillwire

extension MerchantPush {
    /// Takes an order whose merchant has no endpoint: real money that waits visibly in a queue of its own.
    func hold(_ order: PushOrder<E.Receipt>) {
        // Nobody moves it any more once the stop has begun: it is met again at the next start.
        guard !isStopping else { return deferOrder(order, delayMillis: 0) }
        toHold.append(order)
        holdSignal.raise()
    }

    /// Moves such orders to their hold queues until the stop. Beside the pull: making a queue takes a commit.
    func holdOrders() async {
        for await _ in holdSignal.wakes {
            while !toHold.isEmpty {
                let batch = toHold
                toHold.removeAll()
                holdingCount = batch.count
                for order in batch {
                    await moveToHold(order)
                    holdingCount -= 1
                }
            }
        }
    }

    private func moveToHold(_ order: PushOrder<E.Receipt>) async {
        do {
            let queue = try await holdQueue(of: order.merchantID)
            let record = try await sender.record(of: order)
            let transaction = try transactions.held(order, record, in: queue.id)
            enqueue(PendingResult(transaction: transaction, kind: .held(merchantID: order.merchantID)))
        } catch {
            // No queue can be made or read now: the order waits where it is.
            if mayLog("hold") { logger.error("an order of a merchant without endpoint cannot be held apart: \(error)") }
            deferOrder(order, delayMillis: UInt64(settings.deferMillisMax))
        }
    }

    private func holdQueue(of merchantID: String) async throws(BrokerError) -> Queue<E> {
        let name = try EntityName(RoadNames.heldOrdersQueue(merchantID: merchantID))
        if let queue = try? broker.queue(name) { return queue }
        if mayLog("unregistered") {
            logger.warning(
                "orders of a merchant without endpoint are held", metadata: ["merchant_id": "\(merchantID)"])
        }
        return try await broker.createQueue(name)
    }

    /// At the start: hold queues whose merchant was registered while we were away, and moves a crash interrupted.
    func findHeldOrders() {
        for merchantID in heldMerchantIDs { merchantChanged(merchantID) }
    }

    /// Merchants that have a hold queue, in the spelling of its name.
    var heldMerchantIDs: [String] {
        let prefix = RoadNames.heldOrdersQueuePrefix
        return broker.topology.queues.keys.map(\.text).filter { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    /// Moves held orders back as merchants get their endpoints, until the stop.
    func returnHeldOrders() async {
        for await _ in returnSignal.wakes {
            while !isStopping, !Task.isCancelled, let merchantID = toReturn.popFirst() {
                if await returnBatch(of: merchantID) { toReturn.insert(merchantID) }
            }
        }
    }

    /// Moves one batch; true where more may be there.
    private func returnBatch(of merchantID: String) async -> Bool {
        do {
            guard directory.endpoint(merchantID: merchantID) != nil,
                let queue = try? broker.queue(EntityName(RoadNames.heldOrdersQueue(merchantID: merchantID)))
            else { return false }
            // What a crash left under lease is invisible for a moment, and must not be forgotten.
            let figures = try await queue.figures()
            guard figures.waiting + figures.delayed > 0 else { return false }
            let messages = try await queue.receive(
                max: MerchantPushLimits.batchCountMax, visibilityMillis: MerchantPushLimits.heldVisibilityMillis,
                waitMillis: MerchantPushLimits.heldPollMillis)
            try await moveBack(messages)
            return true
        } catch {
            if case .cancelled = error { return false }
            if mayLog("return") { logger.error("held orders cannot be moved back: \(error)") }
            await pause(millis: MerchantPushLimits.pullPauseMillis)
            return true
        }
    }

    private func moveBack(_ messages: [Message<E>]) async throws(BrokerError) {
        var pending: [PendingResult<E.Receipt>] = []
        for message in messages {
            guard let order = try? PushOrder(message.delivery) else { continue }
            let record = try await sender.record(of: order)
            pending.append(PendingResult(transaction: try transactions.returned(order, record), kind: .returned))
        }
        guard !pending.isEmpty else { return }
        let outcomes = try await broker.commit(pending.map(\.transaction))
        for case .committed in outcomes { counters.returned += 1 }
        for case .refused(let reason) in outcomes { throw reason }
    }
}
