public import MessageModel

/// One call of either API, read and checked as far as that needs no store: names, counts, ranges, alphabets.
///
/// API 2.0 and API 3.0 are two spellings of the same calls; what is behind them sees only this.
public enum CMQRequest: Sendable {
    /// SendMessage, BatchSendMessage, SendCmqMsg.
    case sendMessages(SendMessages)
    /// ReceiveMessage, BatchReceiveMessage.
    case receiveMessages(ReceiveMessages)
    /// DeleteMessage, BatchDeleteMessage.
    case deleteMessages(DeleteMessages)
    /// PublishMessage, BatchPublishMessage, PublishCmqMsg.
    case publishMessages(PublishMessages)

    /// CreateQueue, CreateCmqQueue; the latter has its own defaults filled in.
    case createQueue(EntityName, QueueSettings)
    /// SetQueueAttributes, ModifyCmqQueueAttribute.
    case setQueueAttributes(EntityName, QueueSettings)
    /// GetQueueAttributes, DescribeCmqQueueDetail.
    case describeQueue(EntityName)
    /// ListQueue, DescribeCmqQueues.
    case listQueues(EntityListing)
    /// DeleteQueue, DeleteCmqQueue.
    case deleteQueue(EntityName)
    /// ClearQueue, ClearCmqQueue.
    case clearQueue(EntityName)
    /// RewindQueue, RewindCmqQueue.
    case rewindQueue(EntityName, to: Timestamp)
    /// UnbindCmqDeadLetter.
    case unbindDeadLetter(source: EntityName)
    /// DescribeCmqDeadLetterSourceQueues: queues whose dead letters this one takes.
    case listDeadLetterSources(EntityName, EntityListing)

    /// CreateTopic, CreateCmqTopic.
    case createTopic(EntityName, TopicSettings)
    /// SetTopicAttributes, ModifyCmqTopicAttribute.
    case setTopicAttributes(EntityName, TopicSettings)
    /// GetTopicAttributes, DescribeCmqTopicDetail.
    case describeTopic(EntityName)
    /// ListTopic, DescribeCmqTopics.
    case listTopics(EntityListing)
    /// DeleteTopic, DeleteCmqTopic.
    case deleteTopic(EntityName)

    /// Subscribe, CreateCmqSubscribe.
    case subscribe(Subscribe)
    /// SetSubscriptionAttributes, ModifyCmqSubscriptionAttribute.
    case setSubscriptionAttributes(SetSubscription)
    /// GetSubscriptionAttributes.
    case describeSubscription(topic: EntityName, subscription: EntityName)
    /// ListSubscriptionByTopic, DescribeCmqSubscriptionDetail.
    case listSubscriptions(SubscriptionListing)
    /// ClearSubscriptionFilterTags, ClearCmqSubscriptionFilterTags.
    case clearFilterTags(topic: EntityName, subscription: EntityName)
    /// Unsubscribe, DeleteCmqSubscribe.
    case unsubscribe(topic: EntityName, subscription: EntityName)
}
