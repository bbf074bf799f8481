internal import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension QueueOperations {
    /// A queue with its counts: «no message» though messages are there is explained by what is inactive or delayed.
    func describe(_ entry: QueueEntry, in topology: Topology) async throws(CMQFault) -> QueueDescription {
        let figures: QueueFigures
        do throws(BrokerError) {
            figures = try await broker.figures(of: entry.id)
        } catch { throw CMQFault(error, at: .queue) }
        let target = entry.attributes.deadLetter?.queue
        let deadLetterQueue = target.flatMap { target in topology.queues.values.first { $0.id == target }?.name }
        let sources = topology.queues.values.filter {
            $0.attributes.deadLetter?.queue == entry.id && !HiddenQueues.contain($0.name)
        }
        return QueueDescription(
            id: EntityIDs.queue(entry.id), name: entry.name,
            settings: QueueSettings(entry.attributes, deadLetterQueue: deadLetterQueue),
            createdAt: entry.times.createdAt, changedAt: entry.times.changedAt,
            activeCount: figures.waiting - min(figures.leased, figures.waiting), inactiveCount: figures.leased,
            delayedCount: figures.delayed, rewindableCount: figures.kept,
            delaySecondsMax: longestDelaySeconds(entry.attributes),
            oldestAt: figures.oldestEnqueuedAt ?? broker.time.now,
            deadLetterSources: sources.sorted { $0.id < $1.id }.map { (EntityIDs.queue($0.id), $0.name) })
    }

    /// The longest delay of a send to the queue that is taken: what would expire, or become a dead letter, before it is seen is not.
    private func longestDelaySeconds(_ attributes: QueueAttributes) -> UInt64 {
        let lives = min(attributes.retentionMillis ?? .max, attributes.deadLetter?.ageMillisMax ?? .max)
        return min(settings.delaySecondsMax, Limits.delayMillisMax / 1_000, (max(1, lives) - 1) / 1_000)
    }

    func describe(_ entry: TopicEntry, in topology: Topology) async throws(CMQFault) -> TopicDescription {
        var waitingCount: UInt64 = 0
        let hidden = topology.queues.values.filter { HiddenQueues.contain($0.name) }.map(\.id)
        for subscription in entry.subscriptions where hidden.contains(subscription.queue) {
            waitingCount += try await waiting(in: subscription.queue)
        }
        var settings = TopicSettings()
        settings.bodyByteCountMax = entry.attributes.bodyByteCountMax
        settings.filterType = entry.attributes.routing == .tags ? .tags : .routingKey
        settings.isTraced = entry.attributes.isTraced
        return TopicDescription(
            id: EntityIDs.topic(entry.id), name: entry.name, settings: settings, createdAt: entry.times.createdAt,
            changedAt: entry.times.changedAt, waitingCount: waitingCount, subscriptionCount: entry.subscriptions.count)
    }

    /// Messages that wait for an HTTP subscriber; none where its queue was deleted meanwhile.
    func waiting(in queue: QueueID) async throws(CMQFault) -> UInt64 {
        do throws(BrokerError) {
            let figures = try await broker.figures(of: queue)
            return figures.waiting + figures.delayed
        } catch {
            if case .queueNotFound = error { return 0 }
            throw CMQFault(error, at: .queue)
        }
    }
}
