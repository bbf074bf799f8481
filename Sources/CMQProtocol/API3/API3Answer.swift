public import BoundedJSON
internal import MessageModel

/// Writes the answers of API 3.0 (`cmq-protocol.md` §10.3): `{"Response":{…,"RequestId":…}}`, HTTP 200 whatever it says.
///
/// The content type must be exactly ``contentType``: with anything behind it the Python client ignores every error.
public enum API3Answer {
    /// What the answer's `Content-Type` is, to the letter.
    public static let contentType = "application/json"

    /// Appends one answer.
    ///
    /// - Parameter action: what was asked; nil where the request could not be read.
    public static func write(
        _ result: Result<CMQResult, CMQFault>, for action: API3Action?, requestID: API3RequestID,
        into writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("Response")
        writer.beginObject()
        switch result {
        case .failure(let fault):
            writer.key("Error")
            writer.beginObject()
            writer.member("Code", API3ErrorCode(fault).rawValue)
            writer.member("Message", fault.text)
            writer.endObject()
        case .success(let value): writeFields(value, action, &writer)
        }
        writer.member("RequestId", requestID.text)
        writer.endObject()
        writer.endObject()
    }

    private static func writeFields(_ result: CMQResult, _ action: API3Action?, _ writer: inout JSONWriter) {
        switch result {
        case .stored(let ids):
            writer.member("Result", true)
            writer.member("MsgId", ids.first?.description ?? "")
        case .queueMade(let queue): writer.member("QueueId", queue.id)
        case .queue(let queue):
            writer.key("QueueDescribe")
            API3Descriptions.write(queue, &writer)
        case .queues(let queues, let totalCount):
            if action == .describeDeadLetterSources {
                writeList("QueueSet", totalCount: totalCount, queues, &writer, API3Descriptions.writeName)
            } else {
                writeList("QueueList", totalCount: totalCount, queues, &writer, API3Descriptions.write)
            }
        case .topicMade(let topic): writer.member("TopicId", topic.id)
        case .topic(let topic):
            writer.key("TopicDescribe")
            API3Descriptions.write(topic, &writer)
        case .topics(let topics, let totalCount):
            writeList("TopicList", totalCount: totalCount, topics, &writer, API3Descriptions.write)
        case .subscriptionMade(let subscription): writer.member("SubscriptionId", subscription.id)
        case .subscription(let subscription):
            writeList("SubscriptionSet", totalCount: 1, [subscription], &writer, API3Descriptions.write)
        case .subscriptions(let subscriptions, let totalCount):
            writeList("SubscriptionSet", totalCount: totalCount, subscriptions, &writer, API3Descriptions.write)
        case .done, .queueChanged: break
        // API 3.0 neither receives nor deletes.
        case .received, .deleteFailed: break
        }
    }

    private static func writeList<Entry>(
        _ name: String, totalCount: Int, _ entries: [Entry], _ writer: inout JSONWriter,
        _ write: (Entry, inout JSONWriter) -> Void
    ) {
        writer.member("TotalCount", totalCount)
        writer.key(name)
        writer.beginArray()
        for entry in entries { write(entry, &writer) }
        writer.endArray()
    }
}
