internal import CMQProtocol
internal import Engine
internal import Logging
internal import MessageModel
internal import Tillwire

/// The road of payments (`design.md` §4): no call changes or removes what belongs to it, none makes it in the daemon's place, where it would have
/// another's settings and filters, and none lets a subscriber hold it up.
extension QueueOperations {
    /// - Throws: where calls may not make, change, empty or remove a queue of that name.
    func refuseProtected(queue name: EntityName) throws(CMQFault) {
        guard !settings.moneyRules.protects(queue: name) else {
            throw .invalidRequest("queue \(name) carries payments: it cannot be made, changed, cleared or deleted here")
        }
    }

    /// - Throws: where calls may not make, change or remove a topic of that name.
    func refuseProtected(topic name: EntityName) throws(CMQFault) {
        guard !settings.moneyRules.topics.contains(name) else {
            throw .invalidRequest("topic \(name) carries payments: it cannot be made, changed or deleted here")
        }
    }

    /// - Throws: where calls may not make, change or remove a subscription of that name.
    func refuseProtected(subscription name: EntityName, of topic: EntityName) throws(CMQFault) {
        guard !settings.moneyRules.protects(subscription: name, of: topic) else {
            throw .invalidRequest("subscription \(name) carries payments: it cannot be made, changed or removed here")
        }
    }

    /// A topic of payments that the queue is subscribed to; nil where there is none.
    func moneyTopic(of queue: QueueID) -> EntityName? {
        broker.topology.topics.values.first { topic in
            settings.moneyRules.topics.contains(topic.name) && topic.subscriptions.contains { $0.queue == queue }
        }?.name
    }

    /// Adds a subscription. A queue that is to take payments loses its limits of messages and bytes first, and has them again where that fails.
    ///
    /// A publish is refused when a queue that matches is at twice its limit, so one subscriber that stopped reading would stop payments for all;
    /// and every queue made over CMQ has a limit. While the subscription stands, no call brings the limit back; after it, one may.
    func subscribe(_ entry: SubscriptionEntry, to topic: TopicEntry) async throws(BrokerError) -> Topology {
        let isMoney = settings.moneyRules.topics.contains(topic.name)
        guard isMoney, let queue = broker.topology.queues.values.first(where: { $0.id == entry.queue }),
            queue.attributes.hasLimit
        else { return try await broker.apply(.subscribe(topic: topic.id, entry)) }
        _ = try await broker.apply(.setQueueAttributes(queue.id, queue.attributes.withoutLimits))
        do throws(BrokerError) {
            let topology = try await broker.apply(.subscribe(topic: topic.id, entry))
            logger.notice(
                "queue api: a queue takes payments now and has no limit of messages and bytes any more",
                metadata: ["queue": "\(queue.name)", "topic": "\(topic.name)", "subscription": "\(entry.name)"])
            return topology
        } catch {
            // Where nobody knows whether it is subscribed, the limit is the greater evil.
            if case .outcomeUnknown = error { throw error }
            _ = try? await broker.apply(.setQueueAttributes(queue.id, queue.attributes))
            throw error
        }
    }
}

extension MoneyRules {
    /// Whether the subscription is one of those that no call takes away.
    func protects(subscription name: EntityName, of topic: EntityName) -> Bool {
        topics.contains(topic) && subscriptions.contains(name)
    }
}

extension QueueAttributes {
    /// Whether the number or the bytes of its messages are limited.
    var hasLimit: Bool { messageCountMax != nil || byteCountMax != nil }

    /// The same without a limit of messages and bytes.
    var withoutLimits: QueueAttributes {
        var attributes = self
        attributes.messageCountMax = nil
        attributes.byteCountMax = nil
        return attributes
    }
}
