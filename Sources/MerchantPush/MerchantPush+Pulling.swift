internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import Tillwire

extension MerchantPush {
    /// Pulls batches until cancelled. Waits only where the whole memory is full, never for one endpoint.
    func pullOrders() async {
        while !Task.isCancelled {
            let room = settings.inMemoryCountMax - inMemoryCount
            guard room > 0 else {
                await waitForRoom()
                continue
            }
            do {
                let messages = try await queue.receive(
                    max: min(room, MerchantPushLimits.batchCountMax), visibilityMillis: settings.visibilityMillis,
                    waitMillis: MerchantPushLimits.pollMillisMax)
                for message in messages { arrived(message.delivery) }
            } catch {
                await pullFailed(error)
            }
        }
    }

    /// Orders that occupy memory.
    var inMemoryCount: Int {
        machine.waitingCount + machine.inFlightCount + results.count + committingCount + toHold.count + holdingCount
    }

    private func arrived(_ delivery: Delivery<E.Receipt>) {
        let order: PushOrder<E.Receipt>
        do {
            order = try PushOrder(delivery)
        } catch {
            return buryMalformed(delivery, error)
        }
        guard let endpoint = directory.endpoint(merchantID: order.merchantID) else { return hold(order) }
        let identity = EndpointIdentity(
            merchantID: endpoint.merchantID, endpointID: endpoint.endpointID, address: endpoint.url.description,
            attemptMillis: endpoint.attemptMillisMax)
        perform(
            machine.arrived(
                order, for: identity, isReturning: delivery.deliveryCount > 1,
                hiddenUntilMillis: Int64(delivery.hiddenUntil.milliseconds), nowMillis: nowMillis))
    }

    /// A message that is no order must neither be pushed nor block the queue nor vanish.
    private func buryMalformed(_ delivery: Delivery<E.Receipt>, _ reason: OrderPaymentMessageError) {
        if mayLog("malformed") {
            logger.critical("a message of merchant-orders is no order payment message, moved to dead-orders: \(reason)")
        }
        // A key of this form is always short enough; were it not, the message would come back with its lease's end.
        guard let transaction = try? transactions.malformed(delivery) else { return }
        enqueue(PendingResult(transaction: transaction, kind: .malformed))
    }

    private func pullFailed(_ error: BrokerError) async {
        if case .cancelled = error { return }
        counters.pullFailures += 1
        if mayLog("pull") { logger.error("merchant-orders cannot be read: \(error)") }
        await pause(millis: MerchantPushLimits.pullPauseMillis)
    }

    private func waitForRoom() async {
        for await _ in roomSignal.wakes where inMemoryCount < settings.inMemoryCountMax { return }
    }
}
