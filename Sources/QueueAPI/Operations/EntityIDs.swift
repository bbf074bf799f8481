internal import Engine
internal import MessageModel

/// The ids that CMQ tells beside names, such as `queue-0000001z`: made from the engine's numbers, so they stay the same and none is given out twice.
enum EntityIDs {
    /// `queue-` and its number.
    static func queue(_ id: QueueID) -> String { "queue-" + digits(UInt64(id.rawValue)) }

    /// `topic-` and its number.
    static func topic(_ id: TopicID) -> String { "topic-" + digits(UInt64(id.rawValue)) }

    /// `subsc-` and the numbers of topic and queue: a queue has at most one subscription to a topic.
    static func subscription(_ topic: TopicID, _ queue: QueueID) -> String {
        "subsc-" + digits(UInt64(topic.rawValue) * (UInt64(Limits.entityIDMax) + 1) + UInt64(queue.rawValue))
    }

    /// Digits and lower-case letters, at least eight.
    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 36)
        return String(repeating: "0", count: max(0, 8 - text.utf8.count)) + text
    }
}
