public import BoundedJSON
internal import MessageModel

/// Writes the answers of API 2.0 (`cmq-protocol.md` §1.7): one object, HTTP 200 whatever it says, `code` a number, `message` and `requestId` always.
///
/// Clients read field names differently: where they disagree every spelling is written. Lists are never null.
public enum API2Answer {
    /// Appends one answer.
    ///
    /// - Parameters:
    ///   - action: what was asked; nil where the request could not be read.
    ///   - clientRequestID: what the client sent, or 0.
    ///   - requestID: this request's own number.
    public static func write(
        _ result: Result<CMQResult, CMQFault>, for action: API2Action?, clientRequestID: UInt64, requestID: UInt64,
        into writer: inout JSONWriter
    ) {
        writer.beginObject()
        let fault = fault(of: result, isBatch: action?.isBatch ?? false)
        writer.member("code", fault?.code ?? 0)
        writer.member("message", fault?.message ?? "")
        writer.member("requestId", String(requestID))
        writer.member("clientRequestId", unsigned: clientRequestID)
        if case .success(let value) = result { writeFields(value, isBatch: action?.isBatch ?? false, &writer) }
        writer.endObject()
    }

    /// A failed delete of one handle is that handle's fault.
    private static func fault(of result: Result<CMQResult, CMQFault>, isBatch: Bool) -> CMQFault? {
        switch result {
        case .failure(let fault): return fault
        case .success(.deleteFailed(let whole, let failed)): return isBatch ? whole : failed.first?.fault ?? whole
        case .success: return nil
        }
    }

    private static func writeFields(_ result: CMQResult, isBatch: Bool, _ writer: inout JSONWriter) {
        switch result {
        case .done: break
        case .stored(let ids): API2Messages.write(ids, isBatch: isBatch, &writer)
        case .received(let messages): API2Messages.write(messages, isBatch: isBatch, &writer)
        case .deleteFailed(_, let failed): if isBatch { API2Messages.write(failed, &writer) }
        case .queueMade(let queue): writer.member("queueId", queue.id)
        case .queueChanged(let queue):
            writer.member("queueId", queue.id)
            API2Descriptions.writeSettings(queue, &writer)
        case .queue(let queue): API2Descriptions.write(queue, &writer)
        case .queues(let queues, let totalCount):
            writeList("queueList", totalCount: totalCount, queues, &writer) { queue, writer in
                writer.member("queueId", queue.id)
                writer.member("queueName", queue.name.text)
            }
        case .topicMade(let topic): writer.member("topicId", topic.id)
        case .topic(let topic): API2Descriptions.write(topic, &writer)
        case .topics(let topics, let totalCount):
            writeList("topicList", totalCount: totalCount, topics, &writer) { topic, writer in
                writer.member("topicId", topic.id)
                writer.member("topicName", topic.name.text)
            }
        case .subscriptionMade(let subscription): writer.member("subscriptionId", subscription.id)
        case .subscription(let subscription): API2Descriptions.write(subscription, &writer)
        case .subscriptions(let subscriptions, let totalCount):
            writeList("subscriptionList", totalCount: totalCount, subscriptions, &writer) { subscription, writer in
                writer.member("subscriptionId", subscription.id)
                writer.member("subscriptionName", subscription.name.text)
                writer.member("protocol", subscription.endpoint.protocolName)
                writer.member("endpoint", subscription.endpoint.text)
            }
        }
    }

    private static func writeList<Entry>(
        _ name: String, totalCount: Int, _ entries: [Entry], _ writer: inout JSONWriter,
        _ write: (Entry, inout JSONWriter) -> Void
    ) {
        writer.member("totalCount", totalCount)
        writer.key(name)
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            write(entry, &writer)
            writer.endObject()
        }
        writer.endArray()
    }
}
