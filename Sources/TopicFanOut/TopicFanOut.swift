public import HTTPDataPlane
public import Logging
public import MessageModel
public import ServiceLifecycle
internal import Synchronization
public import Tillwire

/// The push of topics to HTTP subscribers, as CMQ documents it (`cmq-protocol.md` §4.6).
///
/// Every subscription with an HTTP endpoint has a hidden queue; each is served by a lane of its own, so that a subscriber that fails or hangs delays
/// no other. How far a failing message is on its ladder is kept in the store. After the ladder an ordinary message is dropped; one of a topic of
/// money goes to the subscription's dead-letter queue, with an alarm. The lanes follow the topology: subscriptions come, change and go while it
/// runs. Thread-safe.
public final class TopicFanOut<E: Engine>: Service {
    let context: FanOutContext<E>
    private struct State {
        var lanes: [QueueID: SubscriberLane<E>] = [:]
        /// The topology the lanes are of; nil where it must be looked at again.
        var seenRevision: UInt64?
        var unusableCount = 0
        /// What lanes did that are no longer there.
        var endedCounts = FanOutCounts()
    }
    private let state = Mutex(State())
    private let wakeup = Wakeup()

    /// Nothing is opened or made yet. The client must allow what the settings' policy allows, within ``TopicFanOutLimits/outbound``.
    public init(
        broker: Broker<E>, client: OutboundClient, time: any TimeSource, logger: Logger, settings: TopicFanOutSettings,
        chance: PushChance = .system
    ) {
        context = FanOutContext(
            broker: broker, client: client, time: time, logger: logger, settings: settings, chance: chance)
    }

    /// Serves until the graceful shutdown. Run it once.
    ///
    /// Then nothing new is pushed; pushes under way get `stopMillisMax` to end, are broken off after it, and what they came to is committed. A
    /// message whose push was broken off or whose commit is missing is pushed again at the next start, under the same id.
    public func run() async throws {
        await forgetLeftRows()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { lanes in await self.follow(&lanes) }
            }
            group.addTask { await self.endOfPatience() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Tells that the topology changed. Not needed: it is looked at every second; but then a change is seen at once. Thread-safe.
    public func topologyChanged() { wakeup.raise() }

    /// What was done since the start, and how the subscribers are.
    public func figures() async -> FanOutFigures {
        var figures = FanOutFigures()
        let lanes = state.withLock { state in
            figures.counts = state.endedCounts
            figures.unusableCount = state.unusableCount
            return Array(state.lanes.values)
        }
        figures.waitingForSlotCount = context.slots.waitingCount
        var found: [(lane: SubscriberLane<E>, figures: SubscriberFigures)] = []
        for lane in lanes {
            guard let one = lane.figures else { continue }
            figures.counts += one.counts
            figures.subscriberCount += 1
            if one.failingSince != nil { figures.failingCount += 1 }
            found.append((lane, one))
        }
        found.sort { Self.comesBefore($0.figures, $1.figures) }
        for (lane, one) in found.prefix(TopicFanOutLimits.subscriberFiguresCountMax) {
            var one = one
            if let queue = try? await lane.queue.figures() { one.waiting = queue.waiting + queue.delayed }
            figures.subscribers.append(one)
        }
        return figures
    }

    private static func comesBefore(_ left: SubscriberFigures, _ right: SubscriberFigures) -> Bool {
        if (left.failingSince == nil) != (right.failingSince == nil) { return left.failingSince != nil }
        return (left.topic.text, left.subscription.text) < (right.topic.text, right.subscription.text)
    }

    // MARK: - Following the topology

    private func follow(_ lanes: inout DiscardingTaskGroup) async {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let topology = context.broker.topology
            if state.withLock({ $0.seenRevision != topology.revision }) { await sync(topology, &lanes) }
            await waitForChange()
        }
        // The lanes see the stop themselves; the group waits for them.
    }

    private func waitForChange() async {
        let (context, wakeup) = (context, wakeup)
        await cancelWhenGracefulShutdown {
            await context.clock.wakingOnJumps(wakeup) {
                await context.clock.wait(
                    for: wakeup,
                    until: context.time.now.adding(milliseconds: TopicFanOutLimits.topologyPollMillis))
            }
        }
    }

    private func sync(_ topology: Topology, _ lanes: inout DiscardingTaskGroup) async {
        let (served, unusable) = HTTPSubscription.all(in: topology, moneyTopics: context.settings.moneyTopics)
        let gone = state.withLock { state in
            state.seenRevision = topology.revision
            state.unusableCount = unusable.count
            return state.lanes.filter { served[$0.key] == nil }.map(\.value)
        }
        for lane in gone { lane.update(nil) }
        if let first = unusable.first, context.mayLog("unusable") {
            context.logger.error(
                "subscriptions cannot be pushed to: their annotation or queue is not what the queue API makes",
                metadata: ["count": "\(unusable.count)", "first": "\(first)"])
        }
        for (id, subscription) in served {
            if subscription.isMoney, await !keepsMoney(subscription) {
                // Its dead-letter rule is missing still: it is looked at again at the next poll; its own pushes need not wait for that.
                state.withLock { $0.seenRevision = nil }
            }
            if let lane = state.withLock({ $0.lanes[id] }) {
                lane.update(subscription)
                continue
            }
            guard let queue = try? context.broker.queue(subscription.queue), queue.id == id else { continue }
            let lane = SubscriberLane(subscription, queue: queue, context: context)
            state.withLock { $0.lanes[id] = lane }
            lanes.addTask {
                await lane.run()
                self.ended(lane, id)
            }
        }
    }

    /// A lane may have ended before it heard that its subscription is back: the topology is looked at again.
    private func ended(_ lane: SubscriberLane<E>, _ id: QueueID) {
        let counts = lane.counts
        state.withLock { state in
            state.lanes[id] = nil
            state.endedCounts += counts
            state.seenRevision = nil
        }
        wakeup.raise()
    }

    /// Has what waits for a subscriber of a topic of money move to a dead-letter queue after a day instead of being dropped; false where the store
    /// did not take the change.
    private func keepsMoney(_ subscription: HTTPSubscription) async -> Bool {
        do {
            let dead = try await context.deadLetterQueue(of: subscription)
            let queue = try context.broker.queue(subscription.queue)
            let policy = DeadLetterPolicy(queue: dead, ageMillisMax: context.settings.lifeMillis)
            guard try queue.attributes.deadLetter != policy else { return true }
            try await queue.setAttributes { attributes in
                // The age rule must come before the queue's own end of life, where it has one.
                attributes.retentionMillis = attributes.retentionMillis.map {
                    max($0, TopicFanOutLimits.moneyRetentionMillis)
                }
                attributes.deadLetter = policy
            }
            return true
        } catch {
            if case BrokerError.queueNotFound = error { return true }
            if context.mayLog("money") {
                context.logger.error("a subscription of a topic of money has no dead-letter queue yet: \(error)")
            }
            return false
        }
    }

    // MARK: - Start and stop

    /// Rows of queues that went while nothing ran.
    private func forgetLeftRows() async {
        let queues = Set(context.broker.topology.queues.values.map(\.id))
        var from = Bytes.empty
        while let rows = try? await context.broker.rows(RowRead(space: PushRows.space, from: from)),
            let last = rows.last
        {
            let left = rows.filter { row in PushRows.place(row.key).map { !queues.contains($0.queue) } ?? true }
            for start in stride(from: 0, to: left.count, by: TopicFanOutLimits.rowDeletionCountMax) {
                let changes = left[start...].prefix(TopicFanOutLimits.rowDeletionCountMax).map {
                    RowChange(space: PushRows.space, key: $0.key, value: nil)
                }
                _ = try? await context.broker.commit(Transaction<E.Receipt>(rows: Array(changes)))
            }
            guard rows.count == Limits.rowReadCountMax else { return }
            // The least key behind the last one.
            from = Bytes(Array(last.key.slice) + [0])
        }
    }

    /// Returns when the stop has lasted its bound, or when cancelled.
    private func endOfPatience() async {
        guard (try? await gracefulShutdown()) != nil else { return }
        try? await Task.sleep(for: .milliseconds(context.settings.stopMillisMax))
    }
}
