/// Everything the native API does: one case per method and path.
enum NativeOperation: String, Sendable, CaseIterable {
    case listQueues, getQueue, putQueue, patchQueue, deleteQueue
    case purgeQueue, pauseQueue, resumeQueue, rewindQueue, getQueueFigures
    case sendMessages, receiveMessages, acknowledgeMessages, releaseMessages, extendMessages
    case listTopics, getTopic, putTopic, patchTopic, deleteTopic, publishMessages
    case listSubscriptions, getSubscription, putSubscription, deleteSubscription
    case traceMessage
    case streamMessages, streamDeliveries, streamAcknowledgements, streamReleases, streamExtensions
    case streamPublications
    case getOpenAPI

    /// Method and path; a segment in braces stands for a name.
    var route: (method: String, path: String) {
        switch self {
        case .listQueues: ("GET", "/v1/queues")
        case .getQueue: ("GET", "/v1/queues/{queue}")
        case .putQueue: ("PUT", "/v1/queues/{queue}")
        case .patchQueue: ("PATCH", "/v1/queues/{queue}")
        case .deleteQueue: ("DELETE", "/v1/queues/{queue}")
        case .purgeQueue: ("POST", "/v1/queues/{queue}/purge")
        case .pauseQueue: ("POST", "/v1/queues/{queue}/pause")
        case .resumeQueue: ("POST", "/v1/queues/{queue}/resume")
        case .rewindQueue: ("POST", "/v1/queues/{queue}/rewind")
        case .getQueueFigures: ("GET", "/v1/queues/{queue}/figures")
        case .sendMessages: ("POST", "/v1/queues/{queue}/messages")
        case .receiveMessages: ("POST", "/v1/queues/{queue}/receive")
        case .acknowledgeMessages: ("POST", "/v1/queues/{queue}/acknowledge")
        case .releaseMessages: ("POST", "/v1/queues/{queue}/release")
        case .extendMessages: ("POST", "/v1/queues/{queue}/extend")
        case .listTopics: ("GET", "/v1/topics")
        case .getTopic: ("GET", "/v1/topics/{topic}")
        case .putTopic: ("PUT", "/v1/topics/{topic}")
        case .patchTopic: ("PATCH", "/v1/topics/{topic}")
        case .deleteTopic: ("DELETE", "/v1/topics/{topic}")
        case .publishMessages: ("POST", "/v1/topics/{topic}/messages")
        case .listSubscriptions: ("GET", "/v1/topics/{topic}/subscriptions")
        case .getSubscription: ("GET", "/v1/topics/{topic}/subscriptions/{subscription}")
        case .putSubscription: ("PUT", "/v1/topics/{topic}/subscriptions/{subscription}")
        case .deleteSubscription: ("DELETE", "/v1/topics/{topic}/subscriptions/{subscription}")
        case .traceMessage: ("GET", "/v1/messages/{message}/trace")
        case .streamMessages: ("POST", "/v1/queues/{queue}/messages/stream")
        case .streamDeliveries: ("POST", "/v1/queues/{queue}/receive/stream")
        case .streamAcknowledgements: ("POST", "/v1/queues/{queue}/acknowledge/stream")
        case .streamReleases: ("POST", "/v1/queues/{queue}/release/stream")
        case .streamExtensions: ("POST", "/v1/queues/{queue}/extend/stream")
        case .streamPublications: ("POST", "/v1/topics/{topic}/messages/stream")
        case .getOpenAPI: ("GET", "/v1/openapi.json")
        }
    }

    /// The operation that does the same with a whole body and answer; nil where it is no stream.
    var whole: NativeOperation? {
        switch self {
        case .streamMessages: .sendMessages
        case .streamDeliveries: .receiveMessages
        case .streamAcknowledgements: .acknowledgeMessages
        case .streamReleases: .releaseMessages
        case .streamExtensions: .extendMessages
        case .streamPublications: .publishMessages
        default: nil
        }
    }

    /// Whether its body is lines that are done as they come.
    var streamsBody: Bool { whole != nil && self != .streamDeliveries }

    /// Whether it changes queues, topics or subscriptions, so that it is written down who did it.
    var isChange: Bool {
        switch self {
        case .putQueue, .patchQueue, .deleteQueue, .purgeQueue, .pauseQueue, .resumeQueue, .rewindQueue, .putTopic,
            .patchTopic, .deleteTopic, .putSubscription, .deleteSubscription:
            true
        default: false
        }
    }

    /// Names of the query parameters it takes.
    var queryNames: [String] {
        switch self {
        case .listQueues, .listTopics: ["prefix", "after", "limit"]
        default: []
        }
    }
}
