internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import ServiceLifecycle
internal import Synchronization
internal import Tillwire

/// Serves one subscriber: pulls its queue in order, pushes, settles. ``SubscriberMachine`` decides. Thread-safe; ``run()`` once.
///
/// A message is acknowledged only after its push was taken: a crash in between pushes it again, under the same id.
final class SubscriberLane<E: Engine>: Sendable {
    private struct State {
        /// Nil once the subscription is gone or serves another way.
        var subscription: HTTPSubscription?
        var machine = SubscriberMachine()
        var counts = FanOutCounts()
        var lastOutcome = ""
        var lastAttemptAt: Timestamp?
    }

    let queue: Queue<E>
    let context: FanOutContext<E>
    private let wakeup = Wakeup()
    private let state: Mutex<State>

    init(_ subscription: HTTPSubscription, queue: Queue<E>, context: FanOutContext<E>) {
        self.queue = queue
        self.context = context
        state = Mutex(State(subscription: subscription))
    }

    /// What is served from now on; nil ends it.
    func update(_ subscription: HTTPSubscription?) {
        let isEnded = state.withLock { state in
            state.subscription = subscription
            return subscription == nil
        }
        if isEnded { wakeup.raise() }
    }

    /// What is served.
    var subscription: HTTPSubscription? { state.withLock { $0.subscription } }

    /// How the subscriber is; nil where it is served no longer. What waits is not looked up.
    var figures: SubscriberFigures? {
        state.withLock { state in
            guard let subscription = state.subscription else { return nil }
            let next = state.machine.nextRecord
            return SubscriberFigures(
                topic: subscription.topic, subscription: subscription.name, failingSince: state.machine.failingSince,
                attemptCount: next?.attemptCount ?? 0,
                nextAttemptAt: next.map { max($0.dueAt, state.machine.holdUntil) },
                lastOutcome: state.lastOutcome, lastAttemptAt: state.lastAttemptAt, counts: state.counts)
        }
    }

    /// Serves until the subscription or its queue is gone, the stop, or cancellation. At the stop a push under way has its time to end; what it
    /// came to is committed.
    func run() async {
        guard await load() else { return }
        await context.clock.wakingOnJumps(wakeup) {
            while await turn() {}
        }
        // At a stop the rows stay: the next start goes on from them.
        guard subscription == nil else { return }
        await forgetRows(state.withLock { Array($0.machine.records.keys) })
    }

    // MARK: - One turn

    private var isOver: Bool { Task.isCancelled || Task.isShuttingDownGracefully || subscription == nil }

    /// False where it is over.
    private func turn() async -> Bool {
        guard !isOver else { return false }
        let pulled: [Message<E>]
        switch await pull(waitMillis: TopicFanOutLimits.pollMillis) {
        case .success(let messages): pulled = messages
        case .failure(let error): return await pullFailed(error)
        }
        guard let subscription, !Task.isCancelled else {
            await release(pulled)
            return false
        }
        let plan = await planned(pulled, subscription)
        if let moment = plan.waitsUntil { await wait(until: moment) }
        guard !plan.attempts.isEmpty else { return true }
        let isSlow = state.withLock { $0.machine.isSlow }
        if context.slots.takeIfFree(isSlow: isSlow) {
            await push(plan.attempts, subscription, isSlow: isSlow)
            return true
        }
        return await pushLater(plan.attempts, subscription, isSlow: isSlow)
    }

    /// Waits for a place behind others, with nothing in memory meanwhile; false where it is over.
    private func pushLater(
        _ messages: [Message<E>], _ subscription: HTTPSubscription, isSlow: Bool
    ) async -> Bool {
        await release(messages)
        guard await context.slots.take(isSlow: isSlow) else { return false }
        switch await pull(waitMillis: 0) {
        case .success(let pulled):
            let again = await planned(pulled, subscription)
            if again.attempts.isEmpty { context.slots.give(isSlow: isSlow) }
            await push(again.attempts, subscription, isSlow: isSlow)
            return true
        case .failure(let error):
            context.slots.give(isSlow: isSlow)
            return await pullFailed(error)
        }
    }

    /// Has the machine plan and does all of it but the pushes.
    private func planned(
        _ messages: [Message<E>], _ subscription: HTTPSubscription
    ) async -> (attempts: [Message<E>], waitsUntil: Timestamp?) {
        let plan = state.withLock { state in
            state.machine.plan(
                messages.map { ($0.place, $0.enqueuedAt) }, now: context.time.now,
                lifeMillis: context.settings.lifeMillis)
        }
        var attempts = plan.attempts.map { messages[$0] }
        var byteCount = 0
        let fitting = attempts.prefix { message in
            byteCount += message.body.count
            return byteCount <= TopicFanOutLimits.batchByteCountMax
        }
        let tooMany = attempts[max(fitting.count, min(1, attempts.count))...]
        attempts.removeLast(tooMany.count)
        await forgetRows(plan.stale)
        await release(tooMany + plan.rest.map { messages[$0] })
        await expire(plan.expired.map { messages[$0] }, subscription)
        return (attempts, plan.waitsUntil)
    }

    private func pull(waitMillis: UInt64) async -> Result<[Message<E>], BrokerError> {
        let count = state.withLock { $0.machine.pullCount }
        let queue = queue
        return await cancelWhenGracefulShutdown {
            do throws(BrokerError) {
                return .success(
                    try await queue.receiveInOrder(
                        max: count, visibilityMillis: TopicFanOutLimits.visibilityMillis, waitMillis: waitMillis))
            } catch { return .failure(error) }
        }
    }

    private func pullFailed(_ error: BrokerError) async -> Bool {
        switch error {
        case .cancelled: return !isOver
        case .closed:
            // The end of the process is near, or the store gave up: nobody is to ask it again at once.
            await context.pause(millis: TopicFanOutLimits.storePauseMillis)
            return false
        case .queueNotFound:
            update(nil)
            return false
        default:
            if context.mayLog("pull") {
                context.logger.error("the queue of a topic's subscriber cannot be read: \(error)")
            }
            await context.pause(millis: TopicFanOutLimits.storePauseMillis)
            return true
        }
    }

    private func wait(until moment: Timestamp) async {
        let (context, wakeup) = (context, wakeup)
        await cancelWhenGracefulShutdown { [self] in
            while context.time.now < moment, !isOver { await context.clock.wait(for: wakeup, until: moment) }
        }
    }

    // MARK: - Pushing

    /// Pushes messages at once. The first uses the place that was taken for it, the others take theirs.
    private func push(_ messages: [Message<E>], _ subscription: HTTPSubscription, isSlow: Bool) async {
        guard !messages.isEmpty else { return }
        let results = await withTaskGroup(of: (Int, PushOutcome, UInt64).self) { group in
            for (index, message) in messages.enumerated() {
                group.addTask {
                    let hasPlace = index == 0 ? true : await self.context.slots.take(isSlow: isSlow)
                    guard hasPlace else {
                        return (index, .notSent("cancelled", afterMillis: 0), 0)
                    }
                    defer { self.context.slots.give(isSlow: isSlow) }
                    return await self.push(message, index, subscription)
                }
            }
            var results = messages.map { ($0.place, PushOutcome.notSent("", afterMillis: 0), UInt64(0)) }
            for await (index, outcome, latency) in group { (results[index].1, results[index].2) = (outcome, latency) }
            return results
        }
        let now = context.time.now
        let ladder = NotifyLadder((self.subscription ?? subscription).annotation.strategy)
        let verdicts = state.withLock { state in
            state.lastOutcome = results.last { !$0.1.isDelivered }?.1.text ?? results[results.count - 1].1.text
            state.lastAttemptAt = now
            for (_, outcome, _) in results {
                switch outcome {
                case .failed: state.counts.failedAttempts += 1
                case .notSent: state.counts.notSent += 1
                case .delivered: break
                }
            }
            return state.machine.ended(
                results.map { ($0.0, $0.1, $0.2) }, ladder: ladder, now: now, random: context.chance.draw)
        }
        await settle(messages, verdicts, subscription)
    }

    private func push(
        _ message: Message<E>, _ index: Int, _ subscription: HTTPSubscription
    ) async -> (Int, PushOutcome, UInt64) {
        let startedAt = context.time.now
        let needed = context.answerMillisMax + TopicFanOutLimits.leaseSlackMillis
        guard !isOver, message.hiddenUntil.millisecondsSince(startedAt) > needed else {
            return (index, .notSent("too_late", afterMillis: 0), 0)
        }
        // The subscription may have changed while this waited for its place.
        let outcome = await context.push(message, to: self.subscription ?? subscription)
        return (index, outcome, context.time.now.millisecondsSince(startedAt))
    }

    // MARK: - State

    /// What was done.
    var counts: FanOutCounts { state.withLock { $0.counts } }

    /// What settling changes here.
    func count(_ change: (inout FanOutCounts) -> Void) { state.withLock { change(&$0.counts) } }

    /// A message left the queue without a push.
    func forget(_ place: PushPlace) { state.withLock { $0.machine.forget(place) } }

    /// Nothing is sent before `moment`.
    func hold(until moment: Timestamp) { state.withLock { $0.machine.hold(until: moment) } }

    /// Takes over what the disk remembers; false where it is over before that succeeded.
    private func load() async -> Bool {
        while !isOver {
            do throws(BrokerError) {
                let rows = try await context.broker.rows(
                    RowRead(
                        space: PushRows.space, from: PushRows.prefix(queue.id), prefix: PushRows.prefix(queue.id)))
                var records: [PushPlace: PushRecord] = [:]
                for row in rows {
                    guard let key = PushRows.place(row.key), let record = PushRows.decode(row.value) else { continue }
                    records[key.place] = record
                }
                state.withLock { $0.machine = SubscriberMachine(records: records) }
                return true
            } catch {
                await context.pause(millis: TopicFanOutLimits.storePauseMillis)
                guard error != .closed else { return false }
            }
        }
        return false
    }
}

extension Message {
    /// Its place.
    var place: PushPlace { PushPlace(source: delivery.source, sequence: delivery.sourceSequence) }

    /// The acknowledgement here and the send to `queue`, in one transaction. The key names the place it left, so a move that is tried again after a
    /// commit of unknown outcome stores it once.
    func moved(to queue: QueueID) throws(BrokerError) -> Transaction<E.Receipt> {
        let key = try IdempotencyKey("move:\(delivery.source.rawValue):\(delivery.sourceSequence)")
        let copy = OutgoingMessage(body: body, properties: properties, key: key)
        return Transaction(
            settlements: [Settlement(receipt, .acknowledge)],
            sends: [SendBatch(source: .queue(queue), messages: [copy])])
    }
}
