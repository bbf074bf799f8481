internal import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension QueueOperations {
    func createTopic(_ name: EntityName, _ settings: TopicSettings) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            guard self.broker.topology.topics[name] == nil else { throw .topicExists }
            try self.refuseProtected(topic: name)
            let attributes = TopicAttributes(
                bodyByteCountMax: settings.bodyByteCountMax ?? QueueAPILimits.bodyByteCountDefault,
                routing: settings.filterType == .routingKey ? .routingKey : .tags, isTraced: settings.isTraced ?? false)
            let topology = try await self.apply(.createTopic(name, attributes), at: .topic)
            guard let made = topology.topics[name] else { throw .topicNotFound }
            return .topicMade(try await self.describe(made, in: topology))
        }
    }

    func setTopic(_ name: EntityName, _ settings: TopicSettings) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let entry = try self.changeableTopic(name)
            var attributes = entry.attributes
            if let count = settings.bodyByteCountMax { attributes.bodyByteCountMax = count }
            if let isTraced = settings.isTraced { attributes.isTraced = isTraced }
            if let filterType = settings.filterType, filterType.rawValue != Int(attributes.routing.rawValue) {
                throw .invalidValue("filterType", "it is fixed when the topic is made")
            }
            try await self.apply(.setTopicAttributes(entry.id, attributes), at: .topic)
            return .done
        }
    }

    func deleteTopic(_ name: EntityName) async throws(CMQFault) -> CMQResult {
        try await changing { () throws(CMQFault) -> CMQResult in
            let entry = try self.changeableTopic(name)
            guard entry.subscriptions.isEmpty else { throw .subscriptionsLeft }
            try await self.apply(.deleteTopic(entry.id), at: .topic)
            return .done
        }
    }

    func listTopics(
        _ listing: EntityListing, _ mayList: (EntityName) -> Bool
    ) async throws(CMQFault) -> CMQResult {
        let topology = broker.topology
        let (page, totalCount) = listing.page(of: topology.topics.values.filter { mayList($0.name) }, name: \.name)
        var descriptions: [TopicDescription] = []
        for entry in page { descriptions.append(try await describe(entry, in: topology)) }
        return .topics(descriptions, totalCount: totalCount)
    }

    private func changeableTopic(_ name: EntityName) throws(CMQFault) -> TopicEntry {
        let entry = try topic(name)
        try refuseProtected(topic: entry.name)
        return entry
    }
}
