public import MessageModel

/// One call of either API, read and checked as far as that needs no store: names, counts, ranges, alphabets.
///
/// API 2.0 and API 3.0 are two spellings of the same calls; what is behind them sees only this.
public enum CMQRequest: Sendable {
    case sendMessages(SendMessages)
    case receiveMessages(ReceiveMessages)
    case deleteMessages(DeleteMessages)
    case publishMessages(PublishMessages)

    case createQueue(EntityName, QueueSettings)
    case setQueueAttributes(EntityName, QueueSettings)
    case describeQueue(EntityName)
    case listQueues(EntityListing)
    case deleteQueue(EntityName)
    case clearQueue(EntityName)
    case rewindQueue(EntityName, to: Timestamp)
    case unbindDeadLetter(source: EntityName)
    case listDeadLetterSources(EntityName, EntityListing)

    case createTopic(EntityName, TopicSettings)
    case setTopicAttributes(EntityName, TopicSettings)
    case describeTopic(EntityName)
    case listTopics(EntityListing)
    case deleteTopic(EntityName)

    case subscribe(Subscribe)
    case setSubscriptionAttributes(SetSubscription)
    case describeSubscription(topic: EntityName, subscription: EntityName)
    case listSubscriptions(SubscriptionListing)
    case clearFilterTags(topic: EntityName, subscription: EntityName)
    case unsubscribe(topic: EntityName, subscription: EntityName)
}
