internal import Engine
internal import MessageModel

extension GroupPlan {
    /// Plans a change of the catalogue; nil where it is already true. At most one change stands in a group, which the writer sees to.
    func plan(_ change: TopologyChange) throws(BrokerError) -> Catalogue? {
        switch change {
        case .createQueue(let name, let attributes): try createQueue(name, attributes)
        case .createTopic(let name): try createTopic(name)
        case .subscribe(let topic, let entry): try subscribe(topic, entry)
        }
    }

    private func createQueue(_ name: EntityName, _ attributes: QueueAttributes) throws(BrokerError) -> Catalogue? {
        if let existing = catalogue.topology.queues[name] {
            guard existing.attributes == attributes else { throw .alreadyExists(name.text) }
            return nil
        }
        guard catalogue.topology.queues.count < Limits.queueCountMax else { throw .tooManyEntities("queues") }
        var format = try nextFormat(catalogue.format.nextQueueID)
        let id = QueueID(rawValue: format.nextQueueID)
        format.nextQueueID += 1
        var queues = catalogue.topology.queues
        queues[name] = QueueEntry(id: id, name: name, attributes: attributes)
        return Catalogue(
            format: format,
            topology: .init(revision: format.revision, queues: queues, topics: catalogue.topology.topics))
    }

    private func createTopic(_ name: EntityName) throws(BrokerError) -> Catalogue? {
        guard catalogue.topology.topics[name] == nil else { return nil }
        guard catalogue.topology.topics.count < Limits.topicCountMax else { throw .tooManyEntities("topics") }
        var format = try nextFormat(catalogue.format.nextTopicID)
        let id = TopicID(rawValue: format.nextTopicID)
        format.nextTopicID += 1
        return with(TopicEntry(id: id, name: name, subscriptions: []), format)
    }

    private func subscribe(_ topic: TopicID, _ entry: SubscriptionEntry) throws(BrokerError) -> Catalogue? {
        guard let current = catalogue.topic(topic) else { throw .topicNotFound("\(topic.rawValue)") }
        guard catalogue.queue(entry.queue) != nil else { throw .queueNotFound("\(entry.queue.rawValue)") }
        guard entry.filterTags.count <= Limits.tagCountMax else { throw .tooManyTags(count: entry.filterTags.count) }
        if let same = current.subscriptions.first(where: { $0.name == entry.name || $0.queue == entry.queue }) {
            guard same == entry else { throw .alreadyExists(entry.name.text) }
            return nil
        }
        guard current.subscriptions.count < Limits.subscriptionCountPerTopicMax else {
            throw .tooManyEntities("subscriptions of a topic")
        }
        return with(
            TopicEntry(id: topic, name: current.name, subscriptions: current.subscriptions + [entry]),
            try nextFormat(catalogue.format.nextTopicID))
    }

    private func with(_ topic: TopicEntry, _ format: FormatRow) -> Catalogue {
        var topics = catalogue.topology.topics
        topics[topic.name] = topic
        return Catalogue(
            format: format,
            topology: .init(revision: format.revision, queues: catalogue.topology.queues, topics: topics))
    }

    private func nextFormat(_ nextID: UInt32) throws(BrokerError) -> FormatRow {
        guard nextID <= Limits.entityIDMax else { throw .tooManyEntities("ids") }
        var format = catalogue.format
        format.revision += 1
        return format
    }

    /// Rows of `catalogue` that differ between the committed catalogue and the planned one.
    func catalogueRows(_ new: Catalogue) -> [(RowKey, [UInt8])] {
        var rows = [(CatalogueKind.formatKey, new.format.encoded(under: CatalogueKind.formatKey))]
        for entry in new.topology.queues.values where catalogue.queue(entry.id) == nil {
            let key = Keys.catalogue(kind: CatalogueKind.queue, id: entry.id.rawValue)
            rows.append((key, QueueRow.encode(entry, under: key)))
        }
        for entry in new.topology.topics.values where catalogue.topic(entry.id) != entry {
            let key = Keys.catalogue(kind: CatalogueKind.topic, id: entry.id.rawValue)
            rows.append((key, TopicRow.encode(entry.name, under: key)))
            for (order, subscription) in entry.subscriptions.enumerated() {
                let rowKey = Keys.catalogue(
                    kind: CatalogueKind.subscription, id: entry.id.rawValue, second: subscription.queue.rawValue)
                rows.append((rowKey, SubscriptionRow.encode(subscription, order: order, under: rowKey)))
            }
        }
        return rows
    }
}
