internal import Engine
internal import MessageModel

extension RepairPlanner {
    /// A queue by another name, with the settings a new one has.
    func recoveredQueue(_ id: QueueID, _ problem: StoreProblem) -> RepairStep {
        let taken = Set(findings.catalogueQueues.values.compactMap { $0?.name })
        let entry = QueueEntry(id: id, name: Self.name(id.rawValue, unlike: taken), attributes: QueueAttributes())
        let key = Keys.catalogue(kind: CatalogueKind.queue, id: id.rawValue)
        var step = RepairStep(what: "\(problem): named \(entry.name), its settings are lost", keepsOld: true)
        step.put("catalogue", key, QueueRow.encode(entry, under: key))
        return step
    }

    /// A topic by another name.
    func recoveredTopic(_ id: TopicID, _ problem: StoreProblem) -> RepairStep {
        let taken = Set((source.opened?.catalogue.topology.topics.keys).map(Array.init) ?? [])
        let entry = TopicEntry(id: id, name: Self.name(id.rawValue, unlike: taken), subscriptions: [])
        let key = Keys.catalogue(kind: CatalogueKind.topic, id: id.rawValue)
        var step = RepairStep(what: "\(problem): named \(entry.name), its settings are lost", keepsOld: true)
        step.put("catalogue", key, TopicRow.encode(entry, under: key))
        return step
    }

    /// A subscription that takes everything: too much can be dealt with, too little is lost.
    func recoveredSubscription(_ topic: TopicID, _ queue: QueueID, _ problem: StoreProblem) -> RepairStep {
        let taken = Set((source.opened?.catalogue.topic(topic)?.subscriptions ?? []).map(\.name))
        let everything = (try? BindingKey("#")).map { [$0] } ?? []
        let entry = SubscriptionEntry(
            name: Self.name(queue.rawValue, unlike: taken), queue: queue, filterTags: [], bindingKeys: everything)
        let key = Keys.catalogue(kind: CatalogueKind.subscription, id: topic.rawValue, second: queue.rawValue)
        var step = RepairStep(what: "\(problem): named \(entry.name), takes every message", keepsOld: true)
        step.put("catalogue", key, SubscriptionRow.encode(entry, order: Int(UInt16.max), under: key))
        return step
    }

    /// `recovered-<id>`, longer where somebody has that name.
    private static func name(_ id: UInt32, unlike taken: Set<EntityName>) -> EntityName {
        var text = "recovered-\(id)"
        while taken.contains(EntityName(stringLiteral: text)) { text += "-again" }
        return EntityName(stringLiteral: text)
    }
}
