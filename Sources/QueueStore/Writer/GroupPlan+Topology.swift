internal import Engine
internal import MessageModel

extension GroupPlan {
    /// Plans a change of the catalogue; nil where it is already true. At most one change stands in a group, which the mailbox sees to.
    func plan(_ change: TopologyChange) throws(BrokerError) -> Catalogue? {
        switch change {
        case .createQueue(let name, let attributes): try createQueue(name, attributes)
        case .setQueueAttributes(let id, let attributes): try setAttributes(id, attributes)
        case .deleteQueue(let id): try deleteQueue(id)
        case .createTopic(let name, let attributes): try createTopic(name, attributes)
        case .setTopicAttributes(let id, let attributes): try setAttributes(id, attributes)
        case .deleteTopic(let id): try deleteTopic(id)
        case .subscribe(let topic, let entry): try subscribe(topic, entry)
        case .setSubscription(let topic, let entry): try setSubscription(topic, entry)
        case .unsubscribe(let topic, let name): try unsubscribe(topic, name)
        }
    }

    // MARK: Queues

    private func createQueue(_ name: EntityName, _ attributes: QueueAttributes) throws(BrokerError) -> Catalogue? {
        if let existing = catalogue.topology.queues[name] {
            guard existing.attributes == attributes else { throw .alreadyExists(name.text) }
            return nil
        }
        guard catalogue.topology.queues.count < Limits.queueCountMax else { throw .tooManyEntities("queues") }
        let id = QueueID(rawValue: catalogue.format.nextQueueID)
        try check(attributes.deadLetter, of: id)
        var format = try nextFormat(after: id.rawValue)
        format.nextQueueID += 1
        let times = EntityTimes(createdAt: now, changedAt: now)
        return with(QueueEntry(id: id, name: name, attributes: attributes, times: times), format)
    }

    private func setAttributes(_ id: QueueID, _ attributes: QueueAttributes) throws(BrokerError) -> Catalogue? {
        guard let existing = catalogue.queue(id) else { throw .queueNotFound("\(id.rawValue)") }
        guard existing.attributes != attributes else { return nil }
        if attributes.deadLetter != existing.attributes.deadLetter { try check(attributes.deadLetter, of: id) }
        retime(id, from: existing.attributes, to: attributes)
        let times = EntityTimes(createdAt: existing.times.createdAt, changedAt: now)
        return with(
            QueueEntry(id: id, name: existing.name, attributes: attributes, times: times), nextFormat())
    }

    /// Other lifetimes hold for the messages that are there too: the next sweep looks at all of them.
    private func retime(_ id: QueueID, from old: QueueAttributes, to new: QueueAttributes) {
        guard old.lifeMillis != new.lifeMillis || old.keptMillis != new.keptMillis, let state = directory.state(id)
        else {
            return
        }
        setSweep(queue(state), at: now)
        if new.keptMillis == 0 { beginWalk(.forgetting, of: id) }
    }

    /// A dead-letter queue exists, has no policy of its own, is not the queue itself, and serves at most so many queues.
    private func check(_ policy: DeadLetterPolicy?, of id: QueueID) throws(BrokerError) {
        guard let policy else { return }
        guard let target = catalogue.queue(policy.queue) else { throw .queueNotFound("\(policy.queue.rawValue)") }
        guard policy.queue != id, target.attributes.deadLetter == nil, catalogue.deadLetterSources(of: id).isEmpty
        else {
            throw .outOfRange("dead-letter queue \"\(target.name)\": neither it nor this queue may be part of a chain")
        }
        let others = catalogue.deadLetterSources(of: policy.queue).count { $0.id != id }
        guard others < Limits.deadLetterSourceCountMax else {
            throw .tooManyEntities("queues that share dead-letter queue \"\(target.name)\"")
        }
    }

    private func deleteQueue(_ id: QueueID) throws(BrokerError) -> Catalogue? {
        guard let existing = catalogue.queue(id) else { return nil }
        guard catalogue.deadLetterSources(of: id).isEmpty else { throw .queueInUse(existing.name.text) }
        var queues = catalogue.topology.queues
        queues[existing.name] = nil
        let topics = catalogue.topology.topics.mapValues { topic in
            topic.subscriptions.contains { $0.queue == id }
                ? topic.with(topic.subscriptions.filter { $0.queue != id }) : topic
        }
        beginWalk(of: id)
        let format = nextFormat()
        return Catalogue(format: format, topology: .init(revision: format.revision, queues: queues, topics: topics))
    }

    private func with(_ queue: QueueEntry, _ format: FormatRow) -> Catalogue {
        var queues = catalogue.topology.queues
        queues[queue.name] = queue
        return Catalogue(
            format: format,
            topology: .init(revision: format.revision, queues: queues, topics: catalogue.topology.topics))
    }

    // MARK: Topics

    private func createTopic(_ name: EntityName, _ attributes: TopicAttributes) throws(BrokerError) -> Catalogue? {
        if let existing = catalogue.topology.topics[name] {
            guard existing.attributes == attributes else { throw .alreadyExists(name.text) }
            return nil
        }
        guard catalogue.topology.topics.count < Limits.topicCountMax else { throw .tooManyEntities("topics") }
        let id = TopicID(rawValue: catalogue.format.nextTopicID)
        var format = try nextFormat(after: id.rawValue)
        format.nextTopicID += 1
        let times = EntityTimes(createdAt: now, changedAt: now)
        return with(TopicEntry(id: id, name: name, attributes: attributes, subscriptions: [], times: times), format)
    }

    private func setAttributes(_ id: TopicID, _ attributes: TopicAttributes) throws(BrokerError) -> Catalogue? {
        guard let existing = catalogue.topic(id) else { throw .topicNotFound("\(id.rawValue)") }
        guard existing.attributes != attributes else { return nil }
        guard existing.attributes.routing == attributes.routing else {
            throw .outOfRange("topic \"\(existing.name)\": how a topic routes is fixed when it is made")
        }
        let times = EntityTimes(createdAt: existing.times.createdAt, changedAt: now)
        return with(
            TopicEntry(
                id: id, name: existing.name, attributes: attributes, subscriptions: existing.subscriptions, times: times
            ),
            nextFormat())
    }

    private func deleteTopic(_ id: TopicID) throws(BrokerError) -> Catalogue? {
        guard let existing = catalogue.topic(id) else { return nil }
        var topics = catalogue.topology.topics
        topics[existing.name] = nil
        countersRemoved.append(Keys.topic(id))
        let format = nextFormat()
        return Catalogue(
            format: format,
            topology: .init(revision: format.revision, queues: catalogue.topology.queues, topics: topics))
    }

    private func with(_ topic: TopicEntry, _ format: FormatRow) -> Catalogue {
        var topics = catalogue.topology.topics
        topics[topic.name] = topic
        return Catalogue(
            format: format,
            topology: .init(revision: format.revision, queues: catalogue.topology.queues, topics: topics))
    }

    // MARK: Subscriptions

    private func subscribe(_ topic: TopicID, _ entry: SubscriptionEntry) throws(BrokerError) -> Catalogue? {
        let current = try topicEntry(topic)
        try check(entry, of: current)
        if let same = current.subscriptions.first(where: { $0.name == entry.name || $0.queue == entry.queue }) {
            guard same.saysTheSame(as: entry) else { throw .alreadyExists(entry.name.text) }
            return nil
        }
        guard current.subscriptions.count < Limits.subscriptionCountPerTopicMax else {
            throw .tooManyEntities("subscriptions of a topic")
        }
        let times = EntityTimes(createdAt: now, changedAt: now)
        return with(current.with(current.subscriptions + [entry.with(times)]), nextFormat())
    }

    private func setSubscription(_ topic: TopicID, _ entry: SubscriptionEntry) throws(BrokerError) -> Catalogue? {
        let current = try topicEntry(topic)
        try check(entry, of: current)
        guard let index = current.subscriptions.firstIndex(where: { $0.name == entry.name }) else {
            throw .subscriptionNotFound(entry.name.text)
        }
        let existing = current.subscriptions[index]
        guard existing.queue == entry.queue else {
            throw .outOfRange("subscription \"\(entry.name)\": its queue is fixed when it is made")
        }
        guard !existing.saysTheSame(as: entry) else { return nil }
        var subscriptions = current.subscriptions
        subscriptions[index] = entry.with(EntityTimes(createdAt: existing.times.createdAt, changedAt: now))
        return with(current.with(subscriptions), nextFormat())
    }

    private func unsubscribe(_ topic: TopicID, _ name: EntityName) throws(BrokerError) -> Catalogue? {
        let current = try topicEntry(topic)
        guard current.subscriptions.contains(where: { $0.name == name }) else { return nil }
        return with(current.with(current.subscriptions.filter { $0.name != name }), nextFormat())
    }

    private func topicEntry(_ id: TopicID) throws(BrokerError) -> TopicEntry {
        guard let entry = catalogue.topic(id) else { throw .topicNotFound("\(id.rawValue)") }
        return entry
    }

    private func check(_ entry: SubscriptionEntry, of topic: TopicEntry) throws(BrokerError) {
        guard catalogue.queue(entry.queue) != nil else { throw .queueNotFound("\(entry.queue.rawValue)") }
        guard entry.filterTags.count <= Limits.tagCountMax else { throw .tooManyTags(count: entry.filterTags.count) }
        guard entry.bindingKeys.count <= Limits.bindingKeyCountMax else {
            throw .outOfRange(
                "\(entry.bindingKeys.count) binding keys: at most \(Limits.bindingKeyCountMax) are allowed")
        }
        guard entry.annotation.count <= Limits.annotationByteCountMax else {
            throw .outOfRange(
                "annotation of \(entry.annotation.count) bytes: at most \(Limits.annotationByteCountMax) are allowed")
        }
        if topic.attributes.routing == .routingKey, entry.bindingKeys.isEmpty {
            throw .routingKeyMissing(topic: topic.name.text)
        }
    }

    // MARK: Rows

    private func nextFormat() -> FormatRow {
        var format = catalogue.format
        format.revision += 1
        return format
    }

    private func nextFormat(after id: UInt32) throws(BrokerError) -> FormatRow {
        guard id <= Limits.entityIDMax else { throw .tooManyEntities("ids") }
        return nextFormat()
    }

    /// Rows of `catalogue` that differ between the committed catalogue and the planned one; nil removes a row.
    func catalogueRows(_ new: Catalogue) -> [(RowKey, [UInt8]?)] {
        var rows: [(RowKey, [UInt8]?)] = [(CatalogueKind.formatKey, new.format.encoded(under: CatalogueKind.formatKey))]
        for entry in new.topology.queues.values where catalogue.queue(entry.id) != entry {
            let key = Keys.catalogue(kind: CatalogueKind.queue, id: entry.id.rawValue)
            rows.append((key, QueueRow.encode(entry, under: key)))
        }
        for entry in catalogue.topology.queues.values where new.queue(entry.id) == nil {
            rows.append((Keys.catalogue(kind: CatalogueKind.queue, id: entry.id.rawValue), nil))
        }
        for entry in new.topology.topics.values where catalogue.topic(entry.id) != entry {
            let key = Keys.catalogue(kind: CatalogueKind.topic, id: entry.id.rawValue)
            rows.append((key, TopicRow.encode(entry, under: key)))
            rows += subscriptionRows(entry, before: catalogue.topic(entry.id)?.subscriptions ?? [])
        }
        for entry in catalogue.topology.topics.values where new.topic(entry.id) == nil {
            rows.append((Keys.catalogue(kind: CatalogueKind.topic, id: entry.id.rawValue), nil))
            rows += subscriptionRows(entry.with([]), before: entry.subscriptions)
        }
        return rows
    }

    private func subscriptionRows(_ topic: TopicEntry, before: [SubscriptionEntry]) -> [(RowKey, [UInt8]?)] {
        func key(_ queue: QueueID) -> RowKey {
            Keys.catalogue(kind: CatalogueKind.subscription, id: topic.id.rawValue, second: queue.rawValue)
        }
        let gone = before.filter { old in !topic.subscriptions.contains { $0.queue == old.queue } }
        return gone.map { (key($0.queue), nil) }
            + topic.subscriptions.enumerated().map { order, entry in
                (key(entry.queue), SubscriptionRow.encode(entry, order: order, under: key(entry.queue)))
            }
    }
}

extension SubscriptionEntry {
    /// The same with other times.
    func with(_ times: EntityTimes) -> SubscriptionEntry {
        SubscriptionEntry(
            name: name, queue: queue, filterTags: filterTags, bindingKeys: bindingKeys, annotation: annotation,
            times: times)
    }
}
