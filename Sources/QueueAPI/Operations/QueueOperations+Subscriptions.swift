internal import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension QueueOperations {
    func subscribe(_ call: Subscribe) async throws(CMQFault) -> CMQResult {
        if case .http(let url) = call.endpoint, let objection = settings.endpointObjection(url) {
            throw .illegalEndpoint(objection)
        }
        return try await changing { () throws(CMQFault) -> CMQResult in
            let topic = try self.topic(call.topic)
            guard !topic.subscriptions.contains(where: { $0.name == call.subscription }) else {
                throw .subscriptionExists
            }
            try self.refuseProtected(subscription: call.subscription, of: topic.name)
            guard topic.subscriptions.count < Limits.subscriptionCountPerTopicMax else { throw .tooManySubscriptions }
            guard topic.attributes.routing == .tags || !call.bindingKeys.isEmpty else { throw .bindingKeyMissing }
            let annotation = try Self.annotation(call)
            let isHTTP = if case .http = call.endpoint { true } else { false }
            let queue = try await self.queue(for: call, of: topic)
            let entry = SubscriptionEntry(
                name: call.subscription, queue: queue, filterTags: call.filterTags, bindingKeys: call.bindingKeys,
                annotation: annotation)
            do throws(CMQFault) {
                let topology: Topology
                do throws(BrokerError) { topology = try await self.subscribe(entry, to: topic) } catch {
                    throw CMQFault(error, at: .subscription)
                }
                return .subscriptionMade(try await self.find(call.topic, call.subscription, in: topology))
            } catch {
                // Nobody publishes into the queue, so nothing is lost with it.
                if isHTTP { _ = try? await self.apply(.deleteQueue(queue), at: .queue) }
                throw error
            }
        }
    }

    /// The queue that takes the subscription's messages; for an HTTP endpoint one of its own, made here.
    private func queue(for call: Subscribe, of topic: TopicEntry) async throws(CMQFault) -> QueueID {
        switch call.endpoint {
        case .queue(let name):
            let entry = try queue(name)
            guard !topic.subscriptions.contains(where: { $0.queue == entry.id }) else {
                throw .illegalEndpoint("the queue has another subscription to this topic")
            }
            return entry.id
        case .http:
            let name = HiddenQueues.name(topic: call.topic, subscription: call.subscription)
            var attributes = QueueAttributes()
            // Payments do not expire: what cannot be delivered becomes a dead letter instead.
            if !settings.moneyRules.topics.contains(call.topic) {
                attributes.retentionMillis = QueueAPILimits.topicRetentionSeconds * 1_000
            }
            // Left by a subscribe that ended between its two commits; nothing was ever published into it.
            if let orphan = broker.topology.queues[name] { try await apply(.deleteQueue(orphan.id), at: .queue) }
            let made = try await apply(.createQueue(name, attributes), at: .queue)
            guard let entry = made.queues[name] else { throw .queueNotFound }
            return entry.id
        }
    }

    func setSubscription(_ call: SetSubscription) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let (topic, entry) = try self.changeable(call.topic, call.subscription)
            let bindingKeys = call.bindingKeys ?? entry.bindingKeys
            guard topic.attributes.routing == .tags || !bindingKeys.isEmpty else { throw .bindingKeyMissing }
            let changed = SubscriptionEntry(
                name: entry.name, queue: entry.queue, filterTags: call.filterTags ?? entry.filterTags,
                bindingKeys: bindingKeys,
                annotation: Self.annotation(of: entry, strategy: call.strategy, format: call.format))
            try await self.apply(.setSubscription(topic: topic.id, changed), at: .subscription)
            return .done
        }
    }

    func clearFilterTags(_ topicName: EntityName, _ name: EntityName) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let (topic, entry) = try self.changeable(topicName, name)
            let changed = SubscriptionEntry(
                name: entry.name, queue: entry.queue, bindingKeys: entry.bindingKeys, annotation: entry.annotation)
            try await self.apply(.setSubscription(topic: topic.id, changed), at: .subscription)
            return .done
        }
    }

    func unsubscribe(_ topicName: EntityName, _ name: EntityName) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let (topic, entry) = try self.changeable(topicName, name)
            if HiddenQueues.contain(entry.queue, in: self.broker.topology) {
                // The queue of an HTTP subscription goes with it, in one commit: removing a queue removes its subscriptions.
                try await self.apply(.deleteQueue(entry.queue), at: .queue)
            } else {
                try await self.apply(.unsubscribe(topic: topic.id, entry.name), at: .subscription)
            }
            return .done
        }
    }

    func describeSubscription(_ topicName: EntityName, _ name: EntityName) async throws(CMQFault) -> CMQResult {
        _ = try topic(topicName)
        return .subscription(try await find(topicName, name, in: broker.topology))
    }

    func listSubscriptions(_ call: SubscriptionListing) async throws(CMQFault) -> CMQResult {
        let topic = try topic(call.topic)
        let topology = broker.topology
        var subscriptions = topic.subscriptions
        if let name = call.queue {
            let queue = try queue(name).id
            subscriptions = subscriptions.filter { $0.queue == queue }
        }
        let (page, totalCount) = call.listing.page(of: subscriptions, name: \.name)
        var descriptions: [SubscriptionDescription] = []
        for entry in page { descriptions.append(try await describe(entry, of: topic, in: topology)) }
        return .subscriptions(descriptions, totalCount: totalCount)
    }

    private func find(
        _ topicName: EntityName, _ name: EntityName, in topology: Topology
    ) async throws(CMQFault) -> SubscriptionDescription {
        guard let topic = topology.topics[topicName] else { throw .topicNotFound }
        guard let entry = topic.subscriptions.first(where: { $0.name == name }) else { throw .subscriptionNotFound }
        return try await describe(entry, of: topic, in: topology)
    }

    private func describe(
        _ entry: SubscriptionEntry, of topic: TopicEntry, in topology: Topology
    ) async throws(CMQFault) -> SubscriptionDescription {
        guard let queue = topology.queues.values.first(where: { $0.id == entry.queue }) else {
            throw .subscriptionNotFound
        }
        // What cannot be read was made by an embedding program, for a queue.
        let annotation = (try? SubscriptionAnnotation.decode(entry.annotation)) ?? .ofDaemon
        let endpoint: SubscriptionEndpoint
        var waitingCount: UInt64 = 0
        if let url = annotation.url {
            endpoint = .http(url)
            waitingCount = try await waiting(in: entry.queue)
        } else {
            endpoint = .queue(queue.name)
        }
        return SubscriptionDescription(
            id: EntityIDs.subscription(topic.id, entry.queue), topic: topic.name, name: entry.name, endpoint: endpoint,
            strategy: annotation.strategy, format: annotation.format,
            filterTags: entry.filterTags, bindingKeys: entry.bindingKeys, createdAt: entry.times.createdAt,
            changedAt: entry.times.changedAt, waitingCount: waitingCount, topicOwner: annotation.topicOwner)
    }

    /// The subscription, where a call may change or remove it.
    private func changeable(
        _ topicName: EntityName, _ name: EntityName
    ) throws(CMQFault) -> (topic: TopicEntry, entry: SubscriptionEntry) {
        let topic = try topic(topicName)
        guard let entry = topic.subscriptions.first(where: { $0.name == name }) else { throw .subscriptionNotFound }
        try refuseProtected(subscription: entry.name, of: topic.name)
        return (topic, entry)
    }
}
