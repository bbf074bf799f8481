/// What an API key may be granted: the actions of CMQ's API 2.0 under their own names, and what only the native API knows.
///
/// One right covers every spelling of a call: `SendMessage` also allows BatchSendMessage and API 3.0's SendCmqMsg.
public enum APIAction: String, Sendable, CaseIterable {
    case sendMessage = "SendMessage"
    case receiveMessage = "ReceiveMessage"
    case deleteMessage = "DeleteMessage"
    /// Gives a received message back. Native API only.
    case releaseMessage = "ReleaseMessage"
    /// Keeps a received message hidden for longer. Native API only.
    case extendMessage = "ExtendMessage"
    /// Reads what happened to a message. Native API only.
    case traceMessage = "TraceMessage"

    case createQueue = "CreateQueue"
    case setQueueAttributes = "SetQueueAttributes"
    case getQueueAttributes = "GetQueueAttributes"
    case listQueue = "ListQueue"
    case deleteQueue = "DeleteQueue"
    case clearQueue = "ClearQueue"
    case rewindQueue = "RewindQueue"
    /// Stops and starts deliveries of a queue. Native API only.
    case pauseQueue = "PauseQueue"
    case unbindDeadLetter = "UnbindDeadLetter"
    case listDeadLetterSource = "ListDeadLetterSource"
    case queryQueueRoute = "QueryQueueRoute"

    case publishMessage = "PublishMessage"
    case createTopic = "CreateTopic"
    case setTopicAttributes = "SetTopicAttributes"
    case getTopicAttributes = "GetTopicAttributes"
    case listTopic = "ListTopic"
    case deleteTopic = "DeleteTopic"
    case subscribe = "Subscribe"
    case unsubscribe = "Unsubscribe"
    case setSubscriptionAttributes = "SetSubscriptionAttributes"
    case getSubscriptionAttributes = "GetSubscriptionAttributes"
    case clearSubscriptionFilterTags = "ClearSubscriptionFilterTags"
    case listSubscriptionByTopic = "ListSubscriptionByTopic"
    case queryTopicRoute = "QueryTopicRoute"

    /// The action of that name in any spelling a client may use, whatever its case; nil where there is none.
    public init?(named name: String) {
        guard name.utf8.count <= Self.nameByteCountMax, let action = Self.byName[name.lowercased()] else { return nil }
        self = action
    }

    /// The longest spelling has 33.
    private static let nameByteCountMax = 40

    private static let byName: [String: APIAction] = {
        var names: [String: APIAction] = [:]
        for action in allCases { names[action.rawValue.lowercased()] = action }
        for (name, action) in otherSpellings { names[name.lowercased()] = action }
        return names
    }()

    /// Names besides the own one (`cmq-protocol.md` §10.5, §11).
    private static let otherSpellings: [(String, APIAction)] = [
        ("BatchSendMessage", .sendMessage), ("SendCmqMsg", .sendMessage),
        ("BatchReceiveMessage", .receiveMessage), ("BatchDeleteMessage", .deleteMessage),
        ("BatchPublishMessage", .publishMessage), ("PublishCmqMsg", .publishMessage),
        ("CreateCmqQueue", .createQueue), ("ModifyCmqQueueAttribute", .setQueueAttributes),
        ("DescribeCmqQueueDetail", .getQueueAttributes), ("DescribeCmqQueues", .listQueue),
        ("DeleteCmqQueue", .deleteQueue), ("ClearCmqQueue", .clearQueue), ("RewindCmqQueue", .rewindQueue),
        ("UnbindCmqDeadLetter", .unbindDeadLetter), ("DescribeCmqDeadLetterSourceQueues", .listDeadLetterSource),
        ("CreateCmqTopic", .createTopic), ("ModifyCmqTopicAttribute", .setTopicAttributes),
        ("DescribeCmqTopicDetail", .getTopicAttributes), ("DescribeCmqTopics", .listTopic),
        ("DeleteCmqTopic", .deleteTopic), ("CreateCmqSubscribe", .subscribe),
        ("ModifyCmqSubscriptionAttribute", .setSubscriptionAttributes),
        ("DescribeCmqSubscriptionDetail", .listSubscriptionByTopic),
        ("ClearCmqSubscriptionFilterTags", .clearSubscriptionFilterTags), ("DeleteCmqSubscribe", .unsubscribe),
    ]
}

/// A set of actions.
public struct APIActionSet: Sendable, Hashable {
    private var bits: UInt64 = 0

    /// Joins the actions.
    public init(_ actions: [APIAction]) {
        for action in actions { bits |= Self.bit(action) }
    }

    /// Every action.
    public static let all = APIActionSet(APIAction.allCases)

    /// Whether the action is in.
    public func contains(_ action: APIAction) -> Bool { bits & Self.bit(action) != 0 }

    private static func bit(_ action: APIAction) -> UInt64 { 1 << UInt64(indices[action] ?? 63) }

    private static let indices: [APIAction: Int] = {
        precondition(APIAction.allCases.count < 63, "a bit for each action")
        return Dictionary(uniqueKeysWithValues: APIAction.allCases.enumerated().map { ($1, $0) })
    }()
}
