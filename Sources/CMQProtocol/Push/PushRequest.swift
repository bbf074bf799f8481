internal import BoundedJSON
public import MessageModel

/// What is posted to a subscriber, as documented (`cmq-protocol.md` §4.6): these fields in this order behind `Host`, and the body.
///
/// CMQ documents no signature; a subscriber that must know the sender listens on an address that only the sender knows, or on https.
public struct PushRequest: Sendable {
    /// The fields behind `Host`. `Content-Length` is not among them.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: Bytes

    /// The push of `message`.
    ///
    /// - Parameter requestID: names this attempt; another one for each.
    public init(_ message: PushedMessage, as annotation: SubscriptionAnnotation, requestID: UInt64) {
        headers = [
            ("Content-Type", "text/plain"),
            ("User-Agent", "Qcloud Notification Service Agent"),
            ("x-cmq-request-id", String(requestID)),
            ("x-cmq-message-id", message.id.description),
            ("x-cmq-message-tag", Self.fieldValue(message.tags)),
        ]
        body =
            switch annotation.format {
            case .simplified: message.body
            case .json: Self.json(message, topicOwner: annotation.topicOwner)
            }
    }

    /// Tags joined by comma and blank. What would end the line or is no text of a field is written as `?`.
    private static func fieldValue(_ tags: [MessageTag]) -> String {
        let joined = tags.map(\.text).joined(separator: ", ")
        return String(decoding: joined.utf8.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    /// The members in the documented order; the owner as a bare number, as in the documented example. A body that is no UTF-8, which only an
    /// embedding program can publish, has its broken places replaced by U+FFFD: JSON cannot carry it.
    private static func json(_ message: PushedMessage, topicOwner: UInt64) -> Bytes {
        var json = JSONWriter(reservingByteCount: message.body.count + 256)
        json.beginObject()
        json.member("TopicOwner", Int64(topicOwner))
        json.member("topicName", message.topic.text)
        json.member("subscriptionName", message.subscription.text)
        json.member("msgId", message.id.description)
        json.member("msgBody", String(decoding: message.body.slice, as: UTF8.self))
        json.member("publishTime", Int64(message.publishedAt.milliseconds / 1_000))
        json.endObject()
        return Bytes(json.bytes)
    }
}

/// A message on its way to a subscriber.
public struct PushedMessage: Sendable {
    /// The topic it was published to, as its maker spelled it.
    public var topic: EntityName
    /// The subscription that takes it.
    public var subscription: EntityName
    /// Its id, the same in every queue.
    public var id: MessageID
    /// Its tags.
    public var tags: [MessageTag]
    /// Its body.
    public var body: Bytes
    /// When it was published.
    public var publishedAt: Timestamp

    /// Joins the members.
    public init(
        topic: EntityName, subscription: EntityName, id: MessageID, tags: [MessageTag] = [], body: Bytes,
        publishedAt: Timestamp
    ) {
        self.topic = topic
        self.subscription = subscription
        self.id = id
        self.tags = tags
        self.body = body
        self.publishedAt = publishedAt
    }
}
