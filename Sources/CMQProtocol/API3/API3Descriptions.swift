internal import BoundedJSON
internal import MessageModel

/// Writes how API 3.0 describes queues, topics and subscriptions (`cmq-protocol.md` §10.4). Times are milliseconds, but `MinMsgTime` seconds.
///
/// Where Tencent names what a tenant bought (`Qps`, `Bps`, `MaxMsgBacklogSize`), 0 says that there is no such limit.
enum API3Descriptions {
    /// A CmqQueue.
    static func write(_ queue: QueueDescription, _ writer: inout JSONWriter) {
        let settings = ResolvedQueueSettings(queue.settings)
        writer.beginObject()
        writer.member("QueueId", queue.id)
        writer.member("QueueName", queue.name.text)
        writer.member("Qps", 0)
        writer.member("Bps", 0)
        writer.member("MaxDelaySeconds", unsigned: queue.delaySecondsMax)
        writer.member("MaxMsgHeapNum", unsigned: settings.messageCountMax)
        writer.member("PollingWaitSeconds", unsigned: settings.pollSeconds)
        writer.member("MsgRetentionSeconds", unsigned: settings.retentionSeconds)
        writer.member("VisibilityTimeout", unsigned: settings.visibilitySeconds)
        writer.member("MaxMsgSize", settings.bodyByteCountMax)
        writer.member("RewindSeconds", unsigned: settings.rewindSeconds)
        writer.member("CreateTime", milliseconds: queue.createdAt)
        writer.member("LastModifyTime", milliseconds: queue.changedAt)
        writer.member("ActiveMsgNum", unsigned: queue.activeCount)
        writer.member("InactiveMsgNum", unsigned: queue.inactiveCount)
        writer.member("DelayMsgNum", unsigned: queue.delayedCount)
        writer.member("RewindMsgNum", unsigned: queue.rewindableCount)
        writer.member("MinMsgTime", seconds: queue.oldestAt)
        writer.member("Transaction", false)
        writeDeadLetters(queue, &writer)
        writer.key("TransactionPolicy")
        writer.null()
        writer.member("MaxUnackedMsgNum", Limits.leaseCountPerQueueMax)
        writer.member("MaxMsgBacklogSize", 0)
        writer.member("RetentionSizeInMB", 0)
        writeOwner(isTraced: queue.settings.isTraced ?? false, &writer)
        writer.endObject()
    }

    /// Name and id alone, as lists of dead-letter sources have them.
    static func writeName(_ queue: QueueDescription, _ writer: inout JSONWriter) {
        writeName(queue.id, queue.name, &writer)
    }

    /// A CmqTopic.
    static func write(_ topic: TopicDescription, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("TopicId", topic.id)
        writer.member("TopicName", topic.name.text)
        writer.member("MsgRetentionSeconds", unsigned: CMQLimits.topicRetentionSeconds)
        writer.member("MaxMsgSize", topic.settings.bodyByteCountMax ?? CMQLimits.messageSizeDefault)
        writer.member("Qps", 0)
        writer.member("FilterType", (topic.settings.filterType ?? .tags).rawValue)
        writer.member("CreateTime", milliseconds: topic.createdAt)
        writer.member("LastModifyTime", milliseconds: topic.changedAt)
        writer.member("MsgCount", unsigned: topic.waitingCount)
        writer.member("BrokerType", 0)
        writer.member("SubscriptionCount", topic.subscriptionCount)
        writeOwner(isTraced: topic.settings.isTraced ?? false, &writer)
        writer.endObject()
    }

    /// A CmqSubscription.
    static func write(_ subscription: SubscriptionDescription, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("SubscriptionName", subscription.name.text)
        writer.member("SubscriptionId", subscription.id)
        writer.member("TopicOwner", unsigned: subscription.topicOwner)
        writer.member("MsgCount", unsigned: subscription.waitingCount)
        writer.member("LastModifyTime", milliseconds: subscription.changedAt)
        writer.member("CreateTime", milliseconds: subscription.createdAt)
        writer.member("BindingKey", texts: subscription.bindingKeys.map(\.text))
        writer.member("Endpoint", subscription.endpoint.text)
        writer.member("FilterTags", texts: subscription.filterTags.map(\.text))
        writer.member("Protocol", subscription.endpoint.protocolName)
        writer.member("NotifyStrategy", subscription.strategy.rawValue)
        writer.member("NotifyContentFormat", subscription.format.rawValue)
        writer.member("TopicName", subscription.topic.text)
        writer.endObject()
    }

    private static func writeDeadLetters(_ queue: QueueDescription, _ writer: inout JSONWriter) {
        writer.key("DeadLetterSource")
        writer.beginArray()
        for source in queue.deadLetterSources { writeName(source.id, source.name, &writer) }
        writer.endArray()
        writer.key("DeadLetterPolicy")
        guard let policy = queue.settings.deadLetter else { return writer.null() }
        writer.beginObject()
        writer.member("DeadLetterQueue", policy.queue.text)
        switch policy.rule {
        case .receiveCount(let count):
            writer.member("Policy", 0)
            writer.member("MaxReceiveCount", count)
            writer.key("MaxTimeToLive")
            writer.null()
        case .ageSeconds(let seconds):
            writer.member("Policy", 1)
            writer.key("MaxReceiveCount")
            writer.null()
            writer.member("MaxTimeToLive", unsigned: seconds)
        }
        writer.endObject()
    }

    private static func writeName(_ id: String, _ name: EntityName, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("QueueId", id)
        writer.member("QueueName", name.text)
        writer.endObject()
    }

    /// What only a cloud has words for, and the trace setting. Status 1 is «normal».
    private static func writeOwner(isTraced: Bool, _ writer: inout JSONWriter) {
        writer.member("CreateUin", 0)
        writer.member("Tags", texts: [])
        writer.member("Trace", isTraced)
        writer.member("TenantId", "")
        writer.member("NamespaceName", "")
        writer.member("Status", 1)
    }
}
