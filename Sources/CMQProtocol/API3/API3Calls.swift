internal import MessageModel

/// What each action of API 3.0 takes (`cmq-protocol.md` §10.4).
enum API3Calls {
    /// Reads one action's parameters.
    static func read(_ action: API3Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest {
        switch action {
        case .sendMessage, .publishMessage: try messages(action, &parameters)
        case .createQueue, .modifyQueue, .describeQueue, .describeQueues, .deleteQueue, .clearQueue, .rewindQueue,
            .unbindDeadLetter, .describeDeadLetterSources:
            try queues(action, &parameters)
        case .createTopic, .modifyTopic, .describeTopic, .describeTopics, .deleteTopic: try topics(action, &parameters)
        case .createSubscribe, .modifySubscription, .describeSubscriptions, .clearFilterTags, .deleteSubscribe:
            try subscriptions(action, &parameters)
        }
    }

    private static func messages(
        _ action: API3Action, _ parameters: inout CallParameters
    ) throws(CMQFault) -> CMQRequest {
        if action == .sendMessage {
            let queue = try parameters.queueName()
            let bodies = try parameters.body("MsgContent")
            return .sendMessages(.init(queue: queue, bodies: bodies, delaySeconds: try parameters.delaySeconds()))
        }
        let topic = try parameters.topicName()
        let bodies = try parameters.body("MsgContent")
        let tags = try parameters.tags("msgTag", tooMany: .tooManyTags) ?? []
        // One field serves both ways of routing: the only tag is also the routing key, which a topic that routes by tags ignores.
        let key = tags.count == 1 && BindingKey.fits(tags[0].text) ? tags[0].text : ""
        return .publishMessages(.init(topic: topic, bodies: bodies, tags: tags, routingKey: key))
    }

    private static func queues(_ action: API3Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest
    {
        switch action {
        case .createQueue:
            let name = try parameters.queueName()
            let settings = try parameters.queueSettings()
            _ = try parameters.passObjects("Tags", members: ["TagKey", "TagValue"])
            return .createQueue(name, withDefaults(settings))
        case .modifyQueue: return .setQueueAttributes(try parameters.queueName(), try parameters.queueSettings())
        case .describeQueue: return .describeQueue(try parameters.queueName())
        case .describeQueues:
            var listing = try parameters.listing(searchWord: "QueueName")
            try parameters.narrow(&listing, names: "QueueNameList")
            return .listQueues(listing)
        case .deleteQueue: return .deleteQueue(try parameters.queueName())
        case .clearQueue: return .clearQueue(try parameters.queueName())
        case .rewindQueue: return .rewindQueue(try parameters.queueName(), to: try parameters.startConsumeTime())
        case .unbindDeadLetter: return .unbindDeadLetter(source: try parameters.queueName("sourceQueueName"))
        default:
            let queue = try parameters.queueName("deadLetterQueueName")
            return .listDeadLetterSources(queue, try parameters.listing(searchWord: "SourceQueueName"))
        }
    }

    /// API 3.0's own defaults. A retention that was not asked for never makes a rewind or a dead-letter age impossible that was: what is kept longer
    /// is not lost.
    private static func withDefaults(_ given: QueueSettings) -> QueueSettings {
        var settings = given
        settings.messageCountMax = given.messageCountMax ?? CMQLimits.messageCountDefault
        settings.pollSeconds = given.pollSeconds ?? 0
        settings.visibilitySeconds = given.visibilitySeconds ?? CMQLimits.visibilitySecondsDefault
        settings.bodyByteCountMax = given.bodyByteCountMax ?? CMQLimits.messageSizeDefaultOfAPI3
        settings.rewindSeconds = given.rewindSeconds ?? 0
        settings.isTraced = given.isTraced ?? false
        var needed = max(CMQLimits.retentionSecondsDefaultOfAPI3, given.rewindSeconds ?? 0)
        if case .ageSeconds(let age)? = given.deadLetter?.rule { needed = max(needed, age + 60) }
        settings.retentionSeconds = given.retentionSeconds ?? needed
        return settings
    }

    private static func topics(_ action: API3Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest
    {
        switch action {
        case .createTopic:
            let name = try parameters.topicName()
            let settings = try parameters.topicSettings(isNew: true)
            _ = try parameters.passObjects("Tags", members: ["TagKey", "TagValue"])
            return .createTopic(name, settings)
        case .modifyTopic:
            return .setTopicAttributes(try parameters.topicName(), try parameters.topicSettings(isNew: false))
        case .describeTopic: return .describeTopic(try parameters.topicName())
        case .describeTopics:
            var listing = try parameters.listing(searchWord: "TopicName")
            try parameters.narrow(&listing, names: "TopicNameList")
            return .listTopics(listing)
        default: return .deleteTopic(try parameters.topicName())
        }
    }

    private static func subscriptions(
        _ action: API3Action, _ parameters: inout CallParameters
    ) throws(CMQFault) -> CMQRequest {
        switch action {
        case .createSubscribe: return .subscribe(try parameters.subscribe())
        case .modifySubscription: return .setSubscriptionAttributes(try parameters.setSubscription())
        case .describeSubscriptions: return try subscriptionListing(&parameters)
        default: break
        }
        let topic = try parameters.topicName()
        let subscription = try parameters.subscriptionName()
        if action == .clearFilterTags { return .clearFilterTags(topic: topic, subscription: subscription) }
        return .unsubscribe(topic: topic, subscription: subscription)
    }

    private static func subscriptionListing(_ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest {
        let topic = try parameters.topicName()
        let listing = try parameters.listing(searchWord: "SubscriptionName")
        var queue: EntityName?
        if let text = try parameters.text("QueueName"), !text.isEmpty {
            queue = try CallParameters.name(text, orElse: .queueName)
        }
        if let type = try parameters.text("QueryType"), !type.isEmpty {
            let isByQueue = ASCIICase.equal(type, "queue")
            guard isByQueue || ASCIICase.equal(type, "topic") else {
                throw .invalidValue("QueryType", "topic or queue is allowed")
            }
            if isByQueue, queue == nil { throw .missingParameter("QueueName") }
        }
        return .listSubscriptions(.init(topic: topic, listing: listing, queue: queue))
    }
}
