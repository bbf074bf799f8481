internal import MessageModel

/// What each action of API 2.0 takes (`cmq-protocol.md` §2, §3, §4).
enum API2Calls {
    /// Reads one action's parameters.
    static func read(_ action: API2Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest {
        switch action {
        case .sendMessage, .batchSendMessage, .receiveMessage, .batchReceiveMessage, .deleteMessage,
            .batchDeleteMessage, .publishMessage, .batchPublishMessage:
            try messages(action, &parameters)
        case .createQueue, .setQueueAttributes, .getQueueAttributes, .listQueue, .deleteQueue, .clearQueue,
            .rewindQueue:
            try queues(action, &parameters)
        case .createTopic, .setTopicAttributes, .getTopicAttributes, .listTopic, .deleteTopic:
            try topics(action, &parameters)
        case .subscribe, .unsubscribe, .setSubscriptionAttributes, .getSubscriptionAttributes,
            .clearSubscriptionFilterTags, .listSubscriptionByTopic:
            try subscriptions(action, &parameters)
        case .queryQueueRoute, .queryTopicRoute: throw .actionNotServed
        }
    }

    private static func messages(
        _ action: API2Action, _ parameters: inout CallParameters
    ) throws(CMQFault) -> CMQRequest {
        switch action {
        case .sendMessage, .batchSendMessage:
            let queue = try parameters.queueName()
            let bodies = action.isBatch ? try parameters.bodies() : try parameters.body("msgBody")
            return .sendMessages(.init(queue: queue, bodies: bodies, delaySeconds: try parameters.delaySeconds()))
        case .receiveMessage, .batchReceiveMessage:
            let queue = try parameters.queueName()
            let count = action.isBatch ? try parameters.messageCount() : 1
            return .receiveMessages(.init(queue: queue, countMax: count, waitSeconds: try parameters.waitSeconds()))
        case .deleteMessage, .batchDeleteMessage:
            let queue = try parameters.queueName()
            let handles = action.isBatch ? try parameters.receiptHandles() : try parameters.receiptHandle()
            return .deleteMessages(.init(queue: queue, receiptHandles: handles, isBatch: action.isBatch))
        default:
            let topic = try parameters.topicName()
            let bodies = action.isBatch ? try parameters.bodies() : try parameters.body("msgBody")
            let tags = try parameters.tags("msgTag", tooMany: .tooManyTags) ?? []
            return .publishMessages(
                .init(topic: topic, bodies: bodies, tags: tags, routingKey: try parameters.routingKey()))
        }
    }

    private static func queues(_ action: API2Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest
    {
        switch action {
        case .createQueue: .createQueue(try parameters.queueName(), try parameters.queueSettings())
        case .setQueueAttributes: .setQueueAttributes(try parameters.queueName(), try parameters.queueSettings())
        case .getQueueAttributes: .describeQueue(try parameters.queueName())
        case .listQueue: .listQueues(try parameters.listing(searchWord: "searchWord"))
        case .deleteQueue: .deleteQueue(try parameters.queueName())
        case .clearQueue: .clearQueue(try parameters.queueName())
        default: .rewindQueue(try parameters.queueName(), to: try parameters.startConsumeTime())
        }
    }

    private static func topics(_ action: API2Action, _ parameters: inout CallParameters) throws(CMQFault) -> CMQRequest
    {
        switch action {
        case .createTopic: .createTopic(try parameters.topicName(), try parameters.topicSettings(isNew: true))
        case .setTopicAttributes:
            .setTopicAttributes(try parameters.topicName(), try parameters.topicSettings(isNew: false))
        case .getTopicAttributes: .describeTopic(try parameters.topicName())
        case .listTopic: .listTopics(try parameters.listing(searchWord: "searchWord"))
        default: .deleteTopic(try parameters.topicName())
        }
    }

    private static func subscriptions(
        _ action: API2Action, _ parameters: inout CallParameters
    ) throws(CMQFault) -> CMQRequest {
        switch action {
        case .subscribe: return .subscribe(try parameters.subscribe())
        case .setSubscriptionAttributes: return .setSubscriptionAttributes(try parameters.setSubscription())
        case .listSubscriptionByTopic:
            let topic = try parameters.topicName()
            let listing = try parameters.listing(
                searchWord: "searchWord", countMax: CMQLimits.subscriptionPageCountMax,
                offsetMax: CMQLimits.subscriptionOffsetMax)
            return .listSubscriptions(.init(topic: topic, listing: listing))
        default: break
        }
        let topic = try parameters.topicName()
        let subscription = try parameters.subscriptionName()
        switch action {
        case .unsubscribe: return .unsubscribe(topic: topic, subscription: subscription)
        case .clearSubscriptionFilterTags: return .clearFilterTags(topic: topic, subscription: subscription)
        default: return .describeSubscription(topic: topic, subscription: subscription)
        }
    }
}
