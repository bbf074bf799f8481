internal import BoundedJSON
internal import MessageModel

/// Writes what API 2.0 tells about messages (`cmq-protocol.md` §2). Ids and handles are strings, times seconds.
enum API2Messages {
    /// Ids of what was sent or published.
    static func write(_ ids: [MessageID], isBatch: Bool, _ writer: inout JSONWriter) {
        guard isBatch else {
            if let id = ids.first { writer.member("msgId", id.description) }
            return
        }
        writer.key("msgList")
        writer.beginArray()
        for id in ids {
            writer.beginObject()
            writer.member("msgId", id.description)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Deliveries.
    static func write(_ messages: [ReceivedMessage], isBatch: Bool, _ writer: inout JSONWriter) {
        guard isBatch else {
            if let message = messages.first { writeFields(message, &writer) }
            return
        }
        writer.key("msgInfoList")
        writer.beginArray()
        for message in messages {
            writer.beginObject()
            writeFields(message, &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Handles of a batch that could not be deleted.
    static func write(_ failed: [(receiptHandle: String, fault: CMQFault)], _ writer: inout JSONWriter) {
        writer.key("errorList")
        writer.beginArray()
        for (handle, fault) in failed {
            writer.beginObject()
            writer.member("code", fault.code)
            writer.member("message", fault.message)
            writer.member("receiptHandle", handle)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func writeFields(_ message: ReceivedMessage, _ writer: inout JSONWriter) {
        writer.key("msgBody")
        writer.string(utf8: message.body.slice)
        writer.member("msgId", message.id.description)
        writer.member("receiptHandle", message.receiptHandle)
        writer.member("enqueueTime", seconds: message.enqueuedAt)
        writer.member("firstDequeueTime", seconds: message.firstReceivedAt)
        writer.member("nextVisibleTime", seconds: message.hiddenUntil)
        writer.member("dequeueCount", message.deliveryCount)
    }
}
