/// The actions of API 2.0, by the name that is documented; clients' own capitalisation is accepted (`cmq-protocol.md` §11).
public enum API2Action: String, Sendable, CaseIterable {
    /// One message into a queue.
    case sendMessage = "SendMessage"
    /// Up to 16 messages into a queue.
    case batchSendMessage = "BatchSendMessage"
    /// One message of a queue.
    case receiveMessage = "ReceiveMessage"
    /// Up to 16 messages of a queue.
    case batchReceiveMessage = "BatchReceiveMessage"
    /// One delivery is done.
    case deleteMessage = "DeleteMessage"
    /// Up to 16 deliveries are done.
    case batchDeleteMessage = "BatchDeleteMessage"
    /// One message to a topic.
    case publishMessage = "PublishMessage"
    /// Up to 16 messages to a topic.
    case batchPublishMessage = "BatchPublishMessage"
    /// Makes a queue.
    case createQueue = "CreateQueue"
    /// Changes a queue.
    case setQueueAttributes = "SetQueueAttributes"
    /// Describes a queue.
    case getQueueAttributes = "GetQueueAttributes"
    /// Lists queues.
    case listQueue = "ListQueue"
    /// Deletes a queue and what it holds.
    case deleteQueue = "DeleteQueue"
    /// Drops what a queue holds. No client sends it; named after API 3.0's.
    case clearQueue = "ClearQueue"
    /// Goes back to a time.
    case rewindQueue = "RewindQueue"
    /// Makes a topic.
    case createTopic = "CreateTopic"
    /// Changes a topic.
    case setTopicAttributes = "SetTopicAttributes"
    /// Describes a topic.
    case getTopicAttributes = "GetTopicAttributes"
    /// Lists topics.
    case listTopic = "ListTopic"
    /// Deletes a topic without subscriptions.
    case deleteTopic = "DeleteTopic"
    /// Makes a subscription.
    case subscribe = "Subscribe"
    /// Deletes a subscription.
    case unsubscribe = "Unsubscribe"
    /// Changes a subscription.
    case setSubscriptionAttributes = "SetSubscriptionAttributes"
    /// Describes a subscription.
    case getSubscriptionAttributes = "GetSubscriptionAttributes"
    /// A subscription takes every tag again.
    case clearSubscriptionFilterTags = "ClearSubscriptionFilterTags"
    /// Lists a topic's subscriptions.
    case listSubscriptionByTopic = "ListSubscriptionByTopic"
    /// Asks for a server of the binary protocol, which is not served.
    case queryQueueRoute = "QueryQueueRoute"
    /// Asks for a server of the binary protocol, which is not served.
    case queryTopicRoute = "QueryTopicRoute"

    /// The action of that name, whatever its capitalisation; nil where there is none.
    init?(_ name: ArraySlice<UInt8>) {
        guard let action = Self.allCases.first(where: { ASCIICase.equal(name, $0.rawValue) }) else { return nil }
        self = action
    }

    /// Whether it takes or gives lists of messages.
    public var isBatch: Bool {
        switch self {
        case .batchSendMessage, .batchReceiveMessage, .batchDeleteMessage, .batchPublishMessage: true
        default: false
        }
    }
}
