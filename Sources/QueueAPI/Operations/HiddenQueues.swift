internal import CMQProtocol
internal import Engine
internal import MessageModel

/// The queues behind HTTP subscriptions: made and removed with them, and but for their dead letters shown to nobody, named by no call.
enum HiddenQueues {
    /// What their names begin with; no call may use such a name.
    static let prefix = HTTPSubscriptionQueue.prefix

    /// Whether the name is one of theirs.
    static func contain(_ name: EntityName) -> Bool { HTTPSubscriptionQueue.isReserved(name) }

    /// Whether the name is one that no call shows: all of theirs but those with dead letters, which are read and emptied like others, and made,
    /// changed and sent to by nobody.
    static func hide(_ name: EntityName) -> Bool { contain(name) && !HTTPSubscriptionQueue.isDeadLetter(name) }

    /// Whether the queue is one of theirs.
    static func contain(_ queue: QueueID, in topology: Topology) -> Bool {
        topology.queues.values.first { $0.id == queue }.map { contain($0.name) } ?? false
    }

    /// The queue of a subscription.
    static func name(topic: EntityName, subscription: EntityName) -> EntityName {
        HTTPSubscriptionQueue.name(topic: topic, subscription: subscription)
    }
}

extension QueueOperations {
    /// What is kept with a new subscription.
    static func annotation(_ call: Subscribe) throws(CMQFault) -> Bytes {
        try SubscriptionAnnotation(call).encoded
    }

    /// What is kept with a subscription after a change; one of an embedding program is left as it is.
    static func annotation(
        of entry: SubscriptionEntry, strategy: NotifyStrategy?, format: NotifyContentFormat?
    ) -> Bytes {
        guard let known = try? SubscriptionAnnotation.decode(entry.annotation) else { return entry.annotation }
        return known.with(strategy: strategy, format: format).encoded
    }
}
