/// The actions of API 3.0 (`cmq-protocol.md` §10.4). The older service's names, which lack `Cmq`, are accepted too.
public enum API3Action: String, Sendable, CaseIterable {
    /// One message into a queue.
    case sendMessage = "SendCmqMsg"
    /// One message to a topic.
    case publishMessage = "PublishCmqMsg"
    /// Makes a queue.
    case createQueue = "CreateCmqQueue"
    /// Changes a queue.
    case modifyQueue = "ModifyCmqQueueAttribute"
    /// Describes a queue.
    case describeQueue = "DescribeCmqQueueDetail"
    /// Lists queues with their details.
    case describeQueues = "DescribeCmqQueues"
    /// Deletes a queue and what it holds.
    case deleteQueue = "DeleteCmqQueue"
    /// Drops what a queue holds.
    case clearQueue = "ClearCmqQueue"
    /// Goes back to a time.
    case rewindQueue = "RewindCmqQueue"
    /// A queue has no dead-letter queue any more.
    case unbindDeadLetter = "UnbindCmqDeadLetter"
    /// Lists the queues whose dead letters a queue takes.
    case describeDeadLetterSources = "DescribeCmqDeadLetterSourceQueues"
    /// Makes a topic.
    case createTopic = "CreateCmqTopic"
    /// Changes a topic.
    case modifyTopic = "ModifyCmqTopicAttribute"
    /// Describes a topic.
    case describeTopic = "DescribeCmqTopicDetail"
    /// Lists topics with their details.
    case describeTopics = "DescribeCmqTopics"
    /// Deletes a topic without subscriptions.
    case deleteTopic = "DeleteCmqTopic"
    /// Makes a subscription.
    case createSubscribe = "CreateCmqSubscribe"
    /// Changes a subscription.
    case modifySubscription = "ModifyCmqSubscriptionAttribute"
    /// Lists subscriptions with their details.
    case describeSubscriptions = "DescribeCmqSubscriptionDetail"
    /// A subscription takes every tag again.
    case clearFilterTags = "ClearCmqSubscriptionFilterTags"
    /// Deletes a subscription.
    case deleteSubscribe = "DeleteCmqSubscribe"

    /// The action of that name; nil where there is none.
    init?(name: String) {
        if let action = Self(rawValue: name) {
            self = action
        } else if let action = Self.allCases.first(where: { $0.olderName == name }) {
            self = action
        } else {
            return nil
        }
    }

    /// The name without `Cmq`.
    private var olderName: String {
        guard let range = rawValue.firstRange(of: "Cmq") else { return rawValue }
        return String(rawValue[..<range.lowerBound] + rawValue[range.upperBound...])
    }

    /// The action of API 2.0 that does the same, by which permissions are given: one grant serves both APIs.
    public var counterpart: API2Action {
        switch self {
        case .sendMessage: .sendMessage
        case .publishMessage: .publishMessage
        case .createQueue: .createQueue
        case .modifyQueue, .unbindDeadLetter: .setQueueAttributes
        case .describeQueue: .getQueueAttributes
        case .describeQueues, .describeDeadLetterSources: .listQueue
        case .deleteQueue: .deleteQueue
        case .clearQueue: .clearQueue
        case .rewindQueue: .rewindQueue
        case .createTopic: .createTopic
        case .modifyTopic: .setTopicAttributes
        case .describeTopic: .getTopicAttributes
        case .describeTopics: .listTopic
        case .deleteTopic: .deleteTopic
        case .createSubscribe: .subscribe
        case .modifySubscription: .setSubscriptionAttributes
        case .describeSubscriptions: .listSubscriptionByTopic
        case .clearFilterTags: .clearSubscriptionFilterTags
        case .deleteSubscribe: .unsubscribe
        }
    }
}
