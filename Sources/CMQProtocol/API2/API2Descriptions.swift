internal import BoundedJSON
internal import MessageModel

/// Writes how API 2.0 describes queues, topics and subscriptions (`cmq-protocol.md` §3, §4). Ids are strings, times seconds, all else numbers.
enum API2Descriptions {
    /// What SetQueueAttributes answers.
    static func writeSettings(_ queue: QueueDescription, _ writer: inout JSONWriter) {
        let settings = ResolvedQueueSettings(queue.settings)
        writer.member("maxMsgHeapNum", unsigned: settings.messageCountMax)
        writer.member("pollingWaitSeconds", unsigned: settings.pollSeconds)
        writer.member("visibilityTimeout", unsigned: settings.visibilitySeconds)
        writer.member("maxMsgSize", settings.bodyByteCountMax)
        writer.member("msgRetentionSeconds", unsigned: settings.retentionSeconds)
        writer.member("rewindSeconds", unsigned: settings.rewindSeconds)
    }

    /// What GetQueueAttributes answers. Of dead letters and traces no client of API 2.0 knows.
    static func write(_ queue: QueueDescription, _ writer: inout JSONWriter) {
        writer.member("queueName", queue.name.text)
        writer.member("queueId", queue.id)
        writeSettings(queue, &writer)
        writer.member("createTime", seconds: queue.createdAt)
        writer.member("lastModifyTime", seconds: queue.changedAt)
        writer.member("activeMsgNum", unsigned: queue.activeCount)
        writer.member("inactiveMsgNum", unsigned: queue.inactiveCount)
        writer.member("delayMsgNum", unsigned: queue.delayedCount)
        writer.member("rewindMsgNum", unsigned: queue.rewindableCount)
        writer.member("rewindmsgNum", unsigned: queue.rewindableCount)
        writer.member("minMsgTime", seconds: queue.oldestAt)
        if let deadLetter = queue.settings.deadLetter {
            writer.member("deadLetterQueueName", deadLetter.queue.text)
            switch deadLetter.rule {
            case .receiveCount(let count):
                writer.member("policy", 0)
                writer.member("maxReceiveCount", count)
            case .ageSeconds(let seconds):
                writer.member("policy", 1)
                writer.member("maxTimeToLive", unsigned: seconds)
            }
        }
        writer.member("trace", queue.settings.isTraced ?? false)
    }

    /// What GetTopicAttributes answers.
    static func write(_ topic: TopicDescription, _ writer: inout JSONWriter) {
        writer.member("msgCount", unsigned: topic.waitingCount)
        writer.member("maxMsgSize", topic.settings.bodyByteCountMax ?? CMQLimits.messageSizeDefault)
        writer.member("msgRetentionSeconds", unsigned: CMQLimits.topicRetentionSeconds)
        writer.member("createTime", seconds: topic.createdAt)
        writer.member("lastModifyTime", seconds: topic.changedAt)
        writer.member("filterType", (topic.settings.filterType ?? .tags).rawValue)
        writer.member("topicId", topic.id)
        writer.member("topicName", topic.name.text)
        writer.member("createUin", 0)
        writer.member("qps", 0)
        writer.member("trace", topic.settings.isTraced ?? false)
    }

    /// What GetSubscriptionAttributes answers: `protocal` is what two clients read.
    static func write(_ subscription: SubscriptionDescription, _ writer: inout JSONWriter) {
        writer.member("topicOwner", String(subscription.topicOwner))
        writer.member("msgCount", unsigned: subscription.waitingCount)
        writer.member("protocol", subscription.endpoint.protocolName)
        writer.member("protocal", subscription.endpoint.protocolName)
        writer.member("endpoint", subscription.endpoint.text)
        writer.member("notifyStrategy", subscription.strategy.rawValue)
        writer.member("notifyContentFormat", subscription.format.rawValue)
        writer.member("createTime", seconds: subscription.createdAt)
        writer.member("lastModifyTime", seconds: subscription.changedAt)
        writer.member("filterTag", texts: subscription.filterTags.map(\.text))
        writer.member("filterTags", texts: subscription.filterTags.map(\.text))
        writer.member("bindingKey", texts: subscription.bindingKeys.map(\.text))
    }
}
