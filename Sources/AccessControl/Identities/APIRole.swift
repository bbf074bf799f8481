/// Ready-made sets of actions.
public enum APIRole: String, Sendable, CaseIterable {
    /// Sends to queues, publishes to topics, and reads their attributes.
    case producer
    /// Receives from queues, settles what it received, reads their attributes.
    case consumer
    /// Everything.
    case admin

    /// What the role allows.
    public var actions: APIActionSet {
        switch self {
        case .producer:
            APIActionSet([
                .sendMessage, .publishMessage, .getQueueAttributes, .getTopicAttributes, .queryQueueRoute,
                .queryTopicRoute,
            ])
        case .consumer:
            APIActionSet([
                .receiveMessage, .deleteMessage, .releaseMessage, .extendMessage, .getQueueAttributes, .queryQueueRoute,
            ])
        case .admin: .all
        }
    }
}
